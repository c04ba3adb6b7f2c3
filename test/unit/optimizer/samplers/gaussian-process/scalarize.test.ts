import { describe, expect, it } from 'vitest'
import { Random } from '../../../../../src/math/random.ts'
import type { Observation } from '../../../../../src/optimizer/history/history.ts'
import { scalarize } from '../../../../../src/optimizer/samplers/gaussian-process/scalarize.ts'

function observed(objectives: readonly number[], errors = objectives.map(() => 0)): Observation {
  const measured = { objectives, errors, bounded: [], boundedErrors: [], isFeasible: true }
  return { point: Float64Array.of(0), value: 0, measured }
}

const FRONT = [
  [0, 3, 9],
  [1, 2, 4],
  [5, 1, 0],
]
const scalarized = (observations: readonly Observation[]) => scalarize({ observations }, Random.fromSeed(4))

describe('scalarize', () => {
  it('leaves a single objective what it is, and a failure without a value', () => {
    const observations = [observed([3], [0.5]), { point: Float64Array.of(1), value: undefined }]
    expect(scalarized(observations)).toEqual([{ ...observations[0], value: 3 }, observations[1]])
  })

  it('makes one value of several objectives that is better where one of them is', () => {
    const better = FRONT.map((values) => values.with(1, values[1]! - 1e-3))
    const [before, after] = [FRONT, better].map((front) =>
      scalarized([...front, ...FRONT].map((values) => observed(values))).map(({ value }) => value!),
    )
    for (const i of [0, 1]) expect(after![i]!).toBeLessThan(before![i]!)
  })

  it('tells usual values apart beside one that diverged', () => {
    const usual = Array.from({ length: 20 }, (_, i) => [i, 19 - i, (i * 7) % 20])
    const spread = (front: number[][]) => {
      const values = scalarized(front.map((values) => observed(values)))
        .slice(0, usual.length)
        .map(({ value }) => value!)
      return Math.max(...values) - Math.min(...values)
    }

    const beside = spread([...usual, [1e6, 1e6, 1e6]])

    expect(beside).toBeGreaterThan(0.5 * spread(usual))
  })

  it('hands standard errors on as far as the value depends on each objective', () => {
    const step = 1e-6
    const valueWith = (moved: readonly number[]) =>
      scalarized([...FRONT, moved].map((values) => observed(values))).at(-1)!.value!
    const inside = [2, 2.5, 5]
    const slopes = inside.map(
      (value, k) => (valueWith(inside.with(k, value + step)) - valueWith(inside)) / step,
    )

    const told = scalarized([...FRONT.map((values) => observed(values)), observed(inside, [0.1, 0.2, 0.4])])

    const expected = Math.hypot(...slopes.map((slope, k) => slope * [0.1, 0.2, 0.4][k]!))
    expect(told.at(-1)!.measured!.errors).toEqual([expect.closeTo(expected, 6)])
    expect(told.at(-1)!.measured!.objectives).toEqual([told.at(-1)!.value])
  })
})
