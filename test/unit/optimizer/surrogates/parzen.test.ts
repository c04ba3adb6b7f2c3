import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { encodeSpace, type Point } from '../../../../src/optimizer/space/encode.ts'
import { ParzenEstimator, recencyWeights } from '../../../../src/optimizer/surrogates/parzen.ts'
import { choice, float, int, space } from '../../../support/spaces.ts'

const listed = encodeSpace(
  space([choice('kind', 'a', 'b', 'c'), { ...int('n', 1, 16), scale: 'log', when: { kind: ['b', 'c'] } }]),
)
const points: Point[] = [Float64Array.of(0, 7), Float64Array.of(1, 3), Float64Array.of(1, 4)]

describe('ParzenEstimator', () => {
  it('is a probability over listed values, of active parameters alone', () => {
    const density = new ParzenEstimator(listed, points)
    const levels = Array.from({ length: 16 }, (_, level) => level)
    const all = [Float64Array.of(0, 7), ...[1, 2].flatMap((k) => levels.map((n) => Float64Array.of(k, n)))]
    expect(all.reduce((sum, point) => sum + Math.exp(density.logDensity(point)), 0)).toBeCloseTo(1, 10)
  })

  it('is a density over continuous values', () => {
    const line = encodeSpace(space([float('x', 1, 1000, 'log')]))
    const density = new ParzenEstimator(line, [Float64Array.of(0.1), Float64Array.of(1)])
    const cells = 10_000
    let mass = 0
    for (let k = 0; k < cells; k++)
      mass += Math.exp(density.logDensity(Float64Array.of((k + 0.5) / cells))) / cells
    expect(mass).toBeCloseTo(1, 6)
  })

  it('draws what it says', () => {
    const density = new ParzenEstimator(listed, points)
    const random = Random.fromSeed(4)
    const draws = Array.from({ length: 20_000 }, () => density.sample(random))
    for (const [kind, n] of [
      [1, 3],
      [1, 12],
      [2, 0],
    ] as const) {
      const share = draws.filter((point) => point[0] === kind && point[1] === n).length / draws.length
      const expected = Math.exp(density.logDensity(Float64Array.of(kind, n)))
      // The seed is fixed; four standard errors.
      expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt(expected / draws.length))
    }
  })

  it('is the prior where nothing is known', () => {
    const prior = new ParzenEstimator(listed, [])
    expect(prior.logDensity(Float64Array.of(0, 7))).toBeCloseTo(-Math.log(3), 12)
  })
})

it('lets old trials fade', () => {
  expect(recencyWeights(3)).toEqual([1, 1, 1])
  expect(recencyWeights(26)[0]).toBeCloseTo(1 / 26, 12)
  const weights = recencyWeights(100)
  expect(weights[0]).toBeCloseTo(0.01, 12)
  expect(weights[37]).toBeCloseTo(0.505, 12)
  expect(weights.slice(75)).toEqual(Array.from({ length: 25 }, () => 1))
})
