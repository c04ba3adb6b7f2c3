import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import { logExcessReduction } from '../../../../src/optimizer/acquisition/log-excess-reduction.ts'
import { GaussianProcess } from '../../../../src/optimizer/surrogates/gaussian-process.ts'

const hyperparameters = {
  lengthScales: Float64Array.of(0.3, 0.5),
  noise: 0.01,
  signal: 1.2,
  additiveShare: 0,
}
const random = Random.fromSeed(11)
const row = () => Float64Array.of(random.uniform(), random.uniform())
const rows = Array.from({ length: 8 }, row)
const data = {
  rows,
  categorical: [false, false],
  valueSets: [Float64Array.from(rows, ([a, b]) => Math.sin(7 * a!) + b!)],
  noises: new Float64Array(8).fill(0.01),
}
const process = GaussianProcess.condition(data, hyperparameters, typescriptAlgebra)!
const valueAt = (from: number, to: number, x: Float64Array) =>
  logExcessReduction(process, from, to).evaluate([x])[0]!

describe('logExcessReduction', () => {
  it('agrees with a Monte Carlo estimate', () => {
    const x = Float64Array.of(0.7, 0.1)
    const { means, variances } = process.posterior([x])
    const [mean, sigma] = [means[0]!, Math.sqrt(variances[0]!)]
    const [from, to] = [mean + sigma, mean - sigma / 2]
    const draws = Array.from({ length: 100_000 }, () =>
      Math.max(from - Math.max(mean + sigma * random.normal(), to), 0),
    )
    const estimate = draws.reduce((sum, gain) => sum + gain, 0) / draws.length
    const spread = Math.sqrt(draws.reduce((sum, gain) => sum + (gain - estimate) ** 2, 0)) / draws.length
    // The seed is fixed: this cannot fail by chance.
    expect(Math.abs(Math.exp(valueAt(from, to, x)) - estimate)).toBeLessThan(4 * spread)
  })

  it('is all of the excess where the limit is surely kept, however far', () => {
    const x = Float64Array.of(0.5, 0.5)
    expect(valueAt(50, 49.5, x)).toBeCloseTo(Math.log(0.5), 9)
    expect(valueAt(1e6, 1e6 - 2, x)).toBeCloseTo(Math.log(2), 6)
  })

  it.each([
    ['around the mean', 0.5, -0.2],
    ['far below', -40, -41],
    ['far above', 40, 39.5],
    ['next to each other', 0.3, 0.3 - 1e-6],
  ])('has the gradients of its values with the limits %s', (_where, from, to) => {
    const points = Array.from({ length: 5 }, row)
    const { values, gradients } = logExcessReduction(process, from, to).evaluateWithGradients(points)
    points.forEach((x, i) => {
      expect(values[i]).toBeCloseTo(valueAt(from, to, x), 8)
      for (let j = 0; j < 2; j++) {
        const step = 1e-5
        const moved = (by: number) =>
          valueAt(
            from,
            to,
            x.map((u, k) => (k === j ? u + by : u)),
          )
        const slope = (moved(step) - moved(-step)) / (2 * step)
        const exact = gradients[i * 2 + j]!
        expect(Math.abs(exact - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)))
      }
    })
  })
})
