import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { fantasize } from '../../../../src/optimizer/acquisition/fantasies.ts'
import { logExpectedImprovement } from '../../../../src/optimizer/acquisition/log-expected-improvement.ts'
import { GaussianProcess } from '../../../../src/optimizer/surrogates/gaussian-process.ts'

const hyperparameters = { lengthScales: Float64Array.of(0.3, 0.5, 1), noise: 0.01, signal: 1.2 }
const random = Random.fromSeed(8)
const row = () => Float64Array.of(random.uniform(), random.uniform(), random.int(2))
const rows = Array.from({ length: 8 }, row)
const values = Float64Array.from(rows, ([a, b]) => Math.sin(7 * a!) + b!)
const noises = new Float64Array(8).fill(0.01)
const data = { rows, categorical: [false, false, true], valueSets: [values], noises }
const process = GaussianProcess.condition(data, hyperparameters)!
const pending = [row(), row()]
const imagined = fantasize({ process, values, noises }, pending, Random.fromSeed(2))!
const incumbents = imagined.fantasies.map((fantasy) => Math.min(-0.5, ...fantasy))

describe('logExpectedImprovement', () => {
  it('agrees with a Monte Carlo estimate', () => {
    const x = Float64Array.of(0.7, 0.1, 1)
    const cross = process.crossCovariance(x)
    const [mean, sigma] = [process.meanAt(cross, 0), Math.sqrt(cross.variance)]
    const draws = Array.from({ length: 100_000 }, () => Math.max(-0.5 - mean - sigma * random.normal(), 0))
    const estimate = draws.reduce((sum, gain) => sum + gain, 0) / draws.length
    const spread = Math.sqrt(draws.reduce((sum, gain) => sum + (gain - estimate) ** 2, 0)) / draws.length
    const exact = Math.exp(logExpectedImprovement(process, [-0.5]).evaluate(x))
    // The seed is fixed: this cannot fail by chance.
    expect(Math.abs(exact - estimate)).toBeLessThan(4 * spread)
  })

  it('has the same values for many points at once', () => {
    const points = Array.from({ length: 7 }, row)
    const acquisition = logExpectedImprovement(imagined.process, incumbents)
    const together = acquisition.evaluateAll(points)
    points.forEach((x, i) => {
      expect(together[i]).toBeCloseTo(acquisition.evaluate(x), 9)
    })
  })

  it.each([
    ['near', -0.5],
    ['far below', -40],
  ])('has the gradient of its value with an incumbent %s', (_where, incumbent) => {
    const cases = [
      logExpectedImprovement(process, [incumbent]),
      logExpectedImprovement(
        imagined.process,
        incumbents.map((value) => value + incumbent + 0.5),
      ),
    ]
    for (const acquisition of cases) {
      const x = Float64Array.of(0.62, 0.35, 1)
      const gradient = new Float64Array(3)
      expect(acquisition.evaluateWithGradient(x, gradient)).toBe(acquisition.evaluate(x))
      for (const i of [0, 1]) {
        const at = (step: number) => acquisition.evaluate(x.with(i, x[i]! + step))
        const numeric = (at(1e-5) - at(-1e-5)) / 2e-5
        expect(Math.abs(gradient[i]! - numeric)).toBeLessThan(1e-5 * Math.max(1, Math.abs(numeric)))
      }
      expect(gradient[2]).toBe(0)
    }
  })
})

describe('fantasize', () => {
  it('samples the joint posterior of the pending points', () => {
    const means = pending.map((point) => process.meanAt(process.crossCovariance(point), 0))
    means.forEach((mean, p) => {
      const average =
        imagined.fantasies.reduce((sum, fantasy) => sum + fantasy[p]!, 0) / imagined.fantasies.length
      expect(Math.abs(average - mean)).toBeLessThan(0.1)
    })
  })

  it('leaves nothing to learn at a pending point', () => {
    const before = process.crossCovariance(pending[0]!).variance
    expect(imagined.process.crossCovariance(pending[0]!).variance).toBeLessThan(1e-4 * before)
  })

  it('takes the promise from where a trial is pending', () => {
    const promise = (acquisition: ReturnType<typeof logExpectedImprovement>) =>
      acquisition.evaluate(pending[0]!)
    const alone = promise(logExpectedImprovement(process, [-0.5]))
    expect(promise(logExpectedImprovement(imagined.process, incumbents))).toBeLessThan(alone - 2)
  })

  it('survives a point that is pending twice', () => {
    const twice = [pending[0]!, pending[0]!]
    expect(fantasize({ process, values, noises }, twice, Random.fromSeed(2))).toBeDefined()
  })
})
