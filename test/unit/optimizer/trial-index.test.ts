import { describe, expect, it } from 'vitest'
import { encodeSpace } from '../../../src/optimizer/encode.ts'
import { trialsWith } from '../../../src/optimizer/trial-index.ts'
import { aDefinition, aStudy, proposed } from '../../support/simulate.ts'
import { choice, float, space } from '../../support/spaces.ts'

const spaces = {
  'a number drawn from a range': space([choice('kind', 'a', 'b'), float('x', 0, 1)]),
  'no such number': space([choice('kind', 'a', 'b'), choice('x', 0.1, 0.2, 0.3)]),
}

describe.each(Object.entries(spaces))('trialsWith, by %s', (_, searchSpace) => {
  const empty = aStudy(aDefinition(searchSpace))
  const encoded = encodeSpace(searchSpace)
  const numbers = (trials: typeof empty.trials, kind: string, x: number) =>
    trialsWith(encoded, trials)({ kind, x }).map(({ number }) => number)
  const one = proposed(empty, { kind: 'a', x: 0.1 })
  const three = proposed(proposed(one, { kind: 'b', x: 0.1 }), { kind: 'a', x: 0.1 })

  it('finds all trials of the same values, as they become more', () => {
    expect(numbers(one.trials, 'a', 0.1)).toEqual([0])
    expect(numbers(three.trials, 'a', 0.1)).toEqual([0, 2])
    expect(numbers(three.trials, 'b', 0.1)).toEqual([1])
    expect(numbers(three.trials, 'b', 0.2)).toEqual([])
  })

  it('forgets what turned out otherwise, and tells studies of one space apart', () => {
    const other = proposed(one, { kind: 'b', x: 0.2 })
    const findOther = trialsWith(encoded, other.trials)

    expect(numbers(three.trials, 'b', 0.2)).toEqual([])
    expect(findOther({ kind: 'b', x: 0.2 })).toEqual([other.trials[1]])
    expect(numbers(three.trials, 'b', 0.1)).toEqual([1])
  })
})
