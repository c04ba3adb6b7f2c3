import { expect, it } from 'vitest'
import type { StudyId } from '../../../src/domain/ids.ts'
import { oncePerTurn } from '../../../src/redis/once-per-turn.ts'

const [one, other] = ['one', 'other'] as unknown as StudyId[]

it('reads once for all who ask in one turn, and again for who asks after it', async () => {
  let now = 0
  const reads: unknown[] = []
  const read = oncePerTurn(async (id) => {
    reads.push(id)
    return now
  })

  const asked = [read(one!), read(one!), read(other!)]
  now = 1
  expect(await Promise.all(asked)).toEqual([1, 1, 1])
  now = 2
  expect(await read(one!)).toBe(2)

  expect(reads).toEqual([one, other, one])
})

it('tells all who asked of a failure, and none who asks later', async () => {
  let isAway = true
  const read = oncePerTurn(async () => {
    if (isAway) throw new Error('away')
    return 'there'
  })

  const asked = await Promise.allSettled([read(one!), read(one!)])
  isAway = false

  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await read(one!)).toBe('there')
})
