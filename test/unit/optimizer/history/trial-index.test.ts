import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { findTrials } from '../../../../src/optimizer/history/trial-index.ts'
import { decode, encodeSpace, randomPoint } from '../../../../src/optimizer/space/encode.ts'
import { aDefinition, aStudy, proposed } from '../../../support/simulate.ts'
import { choice, float, int, space } from '../../../support/spaces.ts'

const spaces = {
  'a number drawn from a range': space([choice('kind', 'a', 'b'), float('x', 0, 1)]),
  'no such number': space([choice('kind', 'a', 'b'), choice('x', 0.1, 0.2, 0.3)]),
}

describe.each(Object.entries(spaces))('findTrials, by %s', (_, searchSpace) => {
  const empty = aStudy(aDefinition(searchSpace))
  const encoded = encodeSpace(searchSpace)
  const numbers = (trials: typeof empty.trials, kind: string, x: number) =>
    findTrials(encoded, trials)
      .withValues({ kind, x })
      .map(({ number }) => number)
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
    const inOther = findTrials(encoded, other.trials)

    expect(numbers(three.trials, 'b', 0.2)).toEqual([])
    expect(inOther.withValues({ kind: 'b', x: 0.2 })).toEqual([other.trials[1]])
    expect(numbers(three.trials, 'b', 0.1)).toEqual([1])
  })
})

describe('findTrials at a point', () => {
  const searchSpace = space([
    choice('kind', 'a', 'b'),
    { ...int('n', 0, 500), when: { kind: ['a'] } },
    { ...int('huge', 0, Number.MAX_SAFE_INTEGER), when: { kind: ['b'] } },
    { name: 'size', type: 'ordinal', values: [8, 16, 32] },
    { ...float('step', 0, 1), step: 0.1 },
  ])
  const encoded = encodeSpace(searchSpace)
  const random = Random.fromSeed(1)
  const points = Array.from({ length: 300 }, () => randomPoint(encoded, random))
  const { trials } = points
    .slice(0, 200)
    .reduce((study, point) => proposed(study, decode(encoded, point)), aStudy(aDefinition(searchSpace)))

  it('finds those that have its values, and no others', () => {
    const found = findTrials(encoded, trials)
    for (const point of points) {
      const values = decode(encoded, point)
      const same = trials.filter(({ params }) => isDeepStrictEqual(params, values))
      expect(found.at(point)).toEqual(same)
      expect(found.withValues(values)).toEqual(same)
    }
  })

  it('looks at active parameters alone', () => {
    const point = points.find(([kind]) => kind === 0)!
    const other = point.with(2, point[2]! + 1)
    expect(findTrials(encoded, trials).at(other)).toEqual(findTrials(encoded, trials).at(point))
    expect(findTrials(encoded, trials).at(point)).not.toHaveLength(0)
  })
})

describe('findTrials of values that have steps', () => {
  it('takes a value for the one of its step, whatever its last digits are', () => {
    const searchSpace = space([{ ...float('x', 0, 1), step: 0.1 }])
    const { trials } = proposed(aStudy(aDefinition(searchSpace)), { x: 0.1 + 0.2 })

    const found = findTrials(encodeSpace(searchSpace), trials)

    expect(found.withValues({ x: 0.3 })).toEqual(trials)
    expect(found.withValues({ x: 0.4 })).toEqual([])
  })
})
