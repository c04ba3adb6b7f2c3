import { describe, expect, it } from 'vitest'
import type { ParameterSpec, SearchSpace } from '../../../../src/domain/search-space.ts'
import { Random } from '../../../../src/math/random.ts'
import type { Acquisition } from '../../../../src/optimizer/acquisition/acquisition.ts'
import { DiscreteSearch } from '../../../../src/optimizer/acquisition/discrete-search.ts'
import type { MaximizeInput } from '../../../../src/optimizer/acquisition/score.ts'
import { encodeSpace, isFeasible, type Point, randomPoint } from '../../../../src/optimizer/space/encode.ts'
import { featuresOf } from '../../../../src/optimizer/space/features.ts'
import { choice, int, space } from '../../../support/spaces.ts'

/** Of features alone, without any order; `told` maps those that the acquisition cannot tell apart to one. */
function scrambled(told: (feature: number, k: number) => number = (feature) => feature): Acquisition {
  const valueAt = (x: Float64Array) =>
    x.reduce((sum, feature, k) => sum + Math.sin(1 + 37 * told(feature, k) + 5 * k), 0)
  return {
    evaluate: (points) => Float64Array.from(points, valueAt),
    evaluateWithGradients: () => {
      throw new Error('There is nowhere to climb.')
    },
  }
}

function counting(acquisition: Acquisition, asked: string[][]): Acquisition {
  return {
    ...acquisition,
    evaluate: (points) => {
      asked.push(points.map(String))
      return acquisition.evaluate(points)
    },
  }
}

function inputFor(given: SearchSpace, acquisition: Acquisition, known: readonly Point[]): MaximizeInput {
  const encoded = encodeSpace(given)
  return {
    encoded,
    acquisition,
    anchors: [],
    known,
    lengthScales: new Float64Array(encoded.free.length).fill(1),
    isNew: (point) => !known.some((other) => other.every((level, i) => level === point[i])),
    random: Random.fromSeed(1),
    effort: { candidates: 64, starts: 3, looks: 500_000 },
  }
}

function improve(input: MaximizeInput, points: readonly Point[], rounds = 3): Point[] {
  const search = new DiscreteSearch(input)
  const evaluated = points.map((point) => featuresOf(input.encoded, point))
  const values = input.acquisition.evaluate(evaluated)
  let current = points.map((point, k) => ({ point, value: values[k]! }))
  for (let round = 0; round < rounds; round++) {
    current = search.improveAll(current, input.random.fork(round))
  }
  return current.map(({ point }) => point)
}

function randomPoints(given: SearchSpace, count: number): Point[] {
  const encoded = encodeSpace(given)
  const random = Random.fromSeed(2)
  const points = Array.from({ length: 20 * count }, () => randomPoint(encoded, random))
  return points.filter((point) => isFeasible(encoded, point)).slice(0, count)
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`)
const conditional = space(
  [
    choice('kind', ...names(40)),
    choice('more', ...names(50)),
    { ...choice('extra', 'p', 'q', 'r'), when: { kind: ['c1', 'c2', 'c30'] } },
    int('short', 0, 9),
    int('long', 0, 999),
  ],
  ['short + long >= 100'],
)

describe('DiscreteSearch', () => {
  it('improves several points at a time to the same as each alone', () => {
    const starts = randomPoints(conditional, 12)
    const input = inputFor(conditional, scrambled(), starts.slice(0, 3))
    expect(improve(input, starts)).toEqual(starts.flatMap((start) => improve(input, [start])))
  })

  it('asks about the neighbours of all points at once', () => {
    const switches = space(names(30).map((name) => choice(name, false, true)))
    const asked: string[][] = []
    improve(inputFor(switches, counting(scrambled(), asked), []), randomPoints(switches, 8), 1)
    // The starts, and once a dimension.
    expect(asked).toHaveLength(31)
  })

  it('asks no neighbour of a place twice', () => {
    const switches = space(names(30).map((name) => choice(name, false, true)))
    const asked: string[][] = []
    improve(inputFor(switches, counting(scrambled(), asked), []), randomPoints(switches, 1), 8)
    expect(new Set(asked.flat()).size).toBe(asked.flat().length)
  })

  it('lets one category stand for all that no result had, and finds the same', () => {
    const large = space(['a', 'b', 'c'].map((name) => choice(name, ...names(1000))))
    const even = { weights: names(1000).map(() => 1) }
    const believed = space(large.parameters.map((one) => ({ ...one, prior: even }) as ParameterSpec))
    const known = randomPoints(large, 20)
    const had = [0, 1, 2].map((k) => new Set(known.map((point) => point[k]!)))
    const acquisition = scrambled((feature, k) => (had[k]!.has(feature) ? feature : -1))
    const asked: string[][] = []
    const starts = randomPoints(large, 24).slice(20)

    const all = improve(inputFor(believed, acquisition, known), starts)
    const few = improve(inputFor(large, counting(acquisition, asked), known), starts)
    expect(few).toEqual(all)
    expect(asked.flat().length).toBeLessThanOrEqual(4 + 3 * 3 * 4 * 21)
  })

  it('tries 64 of more categories that results had, those of the best points among them', () => {
    const large = space([choice('a', ...names(1000)), choice('b', 'p', 'q')])
    const known = names(300).map((_, level) => Float64Array.of(900 - level, 0))
    const asked: string[][] = []
    const ends = [0, 31].map((rank) => {
      const best: Acquisition = {
        ...scrambled(),
        evaluate: (points) => Float64Array.from(points, ([a]) => Number(a === 900 - rank)),
      }
      const input = inputFor(large, counting(best, asked), known)
      return improve(input, [Float64Array.of(3, 1)], 1)[0]![0]
    })
    expect(ends).toEqual([900, 869])
    // The start, another of b, and of a the 64 and one for all others.
    expect(asked.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 1, 65, 65])
  })

  it('tries every category of which others are active, or of which the user believes something', () => {
    const believed = space([
      { ...choice('a', ...names(40)), prior: { weights: names(40).map((_, i) => 1 + i) } },
      choice('kind', ...names(40)),
      { ...choice('child', 'p', 'q'), when: { kind: ['c7'] } },
    ])
    const asked: string[][] = []
    improve(inputFor(believed, counting(scrambled(), asked), []), [Float64Array.of(0, 0, 0)], 1)
    expect(asked.map(({ length }) => length)).toEqual(expect.arrayContaining([39]))
    expect(asked.flat().length).toBeGreaterThanOrEqual(1 + 39 + 39)
  })
})
