import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packBlock, unpackBlock } from '../../../src/redis/journal-block.ts'
import type { JournalEntry } from '../../../src/redis/journal-entry.ts'

const text = fc.string({ unit: 'binary' }).map((any) => any.replaceAll('\n', ''))
const times = fc.integer({ min: 0, max: 2 ** 42 })

function toEntries(first: number, told: readonly (readonly [number, string])[]): JournalEntry[] {
  return told.map(([time, event], i) => [`${first + i}-${time}`, ['event', event]])
}

describe('a block of a journal', () => {
  it('reads back as it was, whatever the events and however the clocks went', async () => {
    const anyBlock = fc.tuple(
      fc.integer({ min: 1, max: 2 ** 40 }),
      fc.array(fc.tuple(times, text), { minLength: 1, maxLength: 50 }),
    )
    const readsBack = fc.asyncProperty(anyBlock, async ([first, told]) => {
      const entries = toEntries(first, told)
      expect(await unpackBlock(await packBlock(entries))).toEqual(entries)
    })
    await fc.assert(readsBack, { numRuns: 300 })
  })

  it('takes a tenth of its events and less', async () => {
    const told = Array.from({ length: 256 }, (_, i) => {
      const event = { type: 'trial-started', number: i, attempt: 1, crashes: 0, worker: 'some-host-12345' }
      return [i, JSON.stringify(event)] as const
    })
    const entries = toEntries(1, told)

    expect((await packBlock(entries)).length).toBeLessThan(JSON.stringify(entries).length / 10)
  })

  it('refuses what would not read back', async () => {
    await expect(packBlock(toEntries(7, [[0, 'two\nlines']]))).rejects.toThrow(
      'Entry 7-0 of a journal has a line break.',
    )
    const gap = [...toEntries(1, [[0, '{}']]), ...toEntries(3, [[0, '{}']])]
    await expect(packBlock(gap)).rejects.toThrow('Entry 3-0 follows a gap.')
  })
})
