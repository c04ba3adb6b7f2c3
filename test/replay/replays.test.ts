import { describe, expect, it } from 'vitest'
import { algebraNamed } from '../../src/algebra/best-algebra.ts'
import { verifyJournal } from '../../src/services/verify/verify-journal.ts'
import { REPLAYS, readReplay } from '../support/replays.ts'

// Recorded 2026-11-23, what a model or Sobol's sequence proposed on 2026-11-26, on Node 20.20, x86-64, by scripts/golden/replays.ts: the whole service, several trials at once.
describe('a journal recorded long ago', () => {
  it('there are some, by every kind of sampler', () => {
    const samplers = REPLAYS.flatMap(readReplay).map((event) => 'origin' in event && event.origin.sampler)

    expect(new Set(samplers.filter(Boolean))).toEqual(new Set(['random', 'sobol', 'gaussian-process']))
  })

  it.each(REPLAYS)('invariant 3: %s is proposed again to the last bit', (name) => {
    const journal = readReplay(name)

    const { difference, events, reproposed } = verifyJournal(journal, algebraNamed)

    expect(difference).toBeUndefined()
    expect(events).toBe(journal.length)
    expect(reproposed).toBe(journal.filter(({ type }) => type === 'trial-proposed').length)
  })
})
