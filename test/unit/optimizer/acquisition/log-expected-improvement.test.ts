import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import type { Acquisition } from '../../../../src/optimizer/acquisition/acquisition.ts'
import { fantasize } from '../../../../src/optimizer/acquisition/fantasies.ts'
import { logExpectedImprovement } from '../../../../src/optimizer/acquisition/log-expected-improvement.ts'
import { GaussianProcess } from '../../../../src/optimizer/surrogates/gaussian-process.ts'

const hyperparameters = {
  lengthScales: Float64Array.of(0.3, 0.5, 1),
  noise: 0.01,
  signal: 1.2,
  additiveShare: 0,
}
const random = Random.fromSeed(8)
const row = () => Float64Array.of(random.uniform(), random.uniform(), random.int(2))
const rows = Array.from({ length: 8 }, row)
const values = Float64Array.from(rows, ([a, b]) => Math.sin(7 * a!) + b!)
const noises = new Float64Array(8).fill(0.01)
const data = { rows, categorical: [false, false, true], valueSets: [values], noises }
const process = GaussianProcess.condition(data, hyperparameters, typescriptAlgebra)!
const additive = GaussianProcess.condition(
  data,
  { ...hyperparameters, additiveShare: 0.9 },
  typescriptAlgebra,
)!
const pending = [row(), row()]
const imagine = (points: readonly Float64Array[]) =>
  fantasize(process, points, Random.fromSeed(2), typescriptAlgebra)
const imagined = imagine(pending)!
const incumbents = imagined.fantasies.map((fantasy) => Math.min(-0.5, ...fantasy))
const valueAt = (acquisition: Acquisition, x: Float64Array) => acquisition.evaluate([x])[0]!

describe('logExpectedImprovement', () => {
  it('agrees with a Monte Carlo estimate', () => {
    const x = Float64Array.of(0.7, 0.1, 1)
    const { means, variances } = process.posterior([x])
    const [mean, sigma] = [means[0]!, Math.sqrt(variances[0]!)]
    const draws = Array.from({ length: 100_000 }, () => Math.max(-0.5 - mean - sigma * random.normal(), 0))
    const estimate = draws.reduce((sum, gain) => sum + gain, 0) / draws.length
    const spread = Math.sqrt(draws.reduce((sum, gain) => sum + (gain - estimate) ** 2, 0)) / draws.length
    const exact = Math.exp(valueAt(logExpectedImprovement(process, [-0.5]), x))
    // The seed is fixed: this cannot fail by chance.
    expect(Math.abs(exact - estimate)).toBeLessThan(4 * spread)
  })

  it('has the same values for many points at once', () => {
    const points = Array.from({ length: 7 }, row)
    const acquisition = logExpectedImprovement(imagined.process, incumbents)
    const together = acquisition.evaluate(points)
    points.forEach((x, i) => {
      expect(together[i]).toBeCloseTo(valueAt(acquisition, x), 9)
    })
  })

  it.each([
    ['near', -0.5],
    ['far below', -40],
  ])('has the gradients of its values with an incumbent %s', (_where, incumbent) => {
    const cases = [
      logExpectedImprovement(process, [incumbent]),
      logExpectedImprovement(additive, [incumbent]),
      logExpectedImprovement(
        imagined.process,
        incumbents.map((value) => value + incumbent + 0.5),
      ),
    ]
    for (const acquisition of cases) {
      const points = [Float64Array.of(0.62, 0.35, 1), Float64Array.of(0.2, 0.9, 0)]
      const { values: found, gradients } = acquisition.evaluateWithGradients(points)
      points.forEach((x, c) => {
        const gradient = gradients.subarray(3 * c, 3 * c + 3)
        expect(found[c]).toBeCloseTo(valueAt(acquisition, x), 12)
        for (const i of [0, 1]) {
          const at = (step: number) => valueAt(acquisition, x.with(i, x[i]! + step))
          const numeric = (at(1e-5) - at(-1e-5)) / 2e-5
          expect(Math.abs(gradient[i]! - numeric)).toBeLessThan(1e-5 * Math.max(1, Math.abs(numeric)))
        }
        expect(gradient[2]).toBe(0)
      })
    }
  })
})

describe('fantasize', () => {
  it('samples the joint posterior of the pending points', () => {
    process.posterior(pending).means.forEach((mean, p) => {
      const average =
        imagined.fantasies.reduce((sum, fantasy) => sum + fantasy[p]!, 0) / imagined.fantasies.length
      expect(Math.abs(average - mean)).toBeLessThan(0.1)
    })
  })

  it('leaves nothing to learn at a pending point', () => {
    const before = process.posterior(pending).variances[0]!
    expect(imagined.process.posterior(pending).variances[0]).toBeLessThan(1e-4 * before)
  })

  it('takes the promise from where a trial is pending', () => {
    const alone = valueAt(logExpectedImprovement(process, [-0.5]), pending[0]!)
    const promise = valueAt(logExpectedImprovement(imagined.process, incumbents), pending[0]!)
    expect(promise).toBeLessThan(alone - 2)
  })

  it('survives a point that is pending twice', () => {
    expect(imagine([pending[0]!, pending[0]!])).toBeDefined()
  })
})
