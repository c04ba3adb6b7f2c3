import { describe, expect, it } from 'vitest'
import type { StudyEvent } from '../../../../src/domain/events.ts'
import { newStudyId } from '../../../../src/domain/ids.ts'
import type { PrunerSpec } from '../../../../src/domain/study.ts'
import type { Look } from '../../../../src/services/ports/study-records.ts'
import { createCurveCache } from '../../../../src/services/snapshots/curve-cache.ts'
import { aDefinition } from '../../../support/simulate.ts'
import { float, space } from '../../../support/spaces.ts'

const ID = newStudyId(new Uint8Array(16))
const at = '2026-01-01T00:00:00.000Z'
const origin = { sampler: 'random', version: 1, phase: 'startup', revision: 1 } as const

/** A trial that reports over and over. */
function aJournal(pruner: PrunerSpec, reports: number): StudyEvent[] {
  const definition = aDefinition(space([float('x', 0, 1)]), { pruner })
  const reported = Array.from(
    { length: reports },
    (_, i): StudyEvent => ({
      type: 'values-reported',
      at,
      number: 0,
      attempt: 1,
      reports: [{ step: i + 1, metrics: { other: 9, value: i } }],
    }),
  )
  return [
    { type: 'study-created', at, id: ID, definition },
    { type: 'trial-proposed', at, number: 0, params: { x: 0.5 }, origin },
    { type: 'trial-started', at, number: 0, attempt: 1, crashes: 0, worker: 'w' },
    ...reported,
  ]
}

/** A store of one journal that tells what of it was read. */
function aStore(journal: StudyEvent[]) {
  const reads: [number, number][] = []
  const readEvents = async (_id: unknown, after: number, limit: number) => {
    reads.push([after, limit])
    return { events: journal.slice(after, after + limit), state: 'running' as const }
  }
  const readSince = async (_id: unknown, look: Look, limit: number) => {
    if (journal[look.revision - 1]?.at !== look.at) return undefined
    return (await readEvents(_id, look.revision, limit)).events
  }
  return { reads, readEvents, readSince }
}

describe('the curve cache', () => {
  it('has the curves, of what trials are judged by alone, however long the journal is', async () => {
    const store = aStore(aJournal({ kind: 'auto' }, 2500))

    const { revision, trials } = await createCurveCache(store).load(ID)

    expect(revision).toBe(2503)
    expect(trials[0]!.curve).toHaveLength(2500)
    expect(trials[0]!.curve![7]).toEqual({ step: 8, metrics: { value: 7 } })
  })

  it('reads what came since, once for all who ask at a time', async () => {
    const journal = aJournal({ kind: 'median' }, 2)
    const store = aStore(journal)
    const cache = createCurveCache(store)
    await cache.load(ID)
    journal.push(...aJournal({ kind: 'median' }, 4).slice(-2))

    const [first, second] = await Promise.all([cache.load(ID), cache.load(ID)])

    expect(first.trials[0]!.curve).toHaveLength(4)
    expect(second).toEqual(first)
    expect(store.reads.map(([after]) => after)).toEqual([0, 1, 5, 7])
  })

  it('begins anew where the journal is not the one that it has read', async () => {
    const journal = aJournal({ kind: 'median' }, 4)
    const cache = createCurveCache(aStore(journal))
    await cache.load(ID)
    const [lost] = journal.splice(5)
    journal.push({ ...lost!, at: '2026-01-01T00:00:01.000Z' })

    const { revision, trials } = await cache.load(ID)

    expect(revision).toBe(6)
    expect(trials[0]!.curve).toHaveLength(3)
  })

  it('reads the definition alone of a study without a pruner', async () => {
    const store = aStore(aJournal({ kind: 'none' }, 5))
    const cache = createCurveCache(store)

    await cache.load(ID)
    const { trials } = await cache.load(ID)

    expect(trials).toEqual([])
    expect(store.reads).toEqual([[0, 1]])
  })
})
