import { describe, expect, it } from 'vitest'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import { GaussianProcess } from '../../../../src/optimizer/surrogates/gaussian-process.ts'
import { beliefsOf, rowNoises, triedMeans } from '../../../../src/optimizer/surrogates/tried-values.ts'

const NOISE = 0.5

/** A process of five points next to each other, of which the middle one came to 2 in the mean of some runs. */
function process(runs: number, signal = 1): GaussianProcess {
  const training = { runs: Float64Array.of(1, 1, runs, 1, 1), noises: new Float64Array(5) }
  const data = {
    rows: [0, 0.1, 0.2, 0.3, 0.4].map((x) => Float64Array.of(x)),
    categorical: [false],
    valueSets: [Float64Array.of(0, 0.1, 2, -0.1, 0)],
    noises: rowNoises(NOISE, training),
  }
  const hyperparameters = { lengthScales: Float64Array.of(1), noise: NOISE, signal, additiveShare: 0 }
  return GaussianProcess.condition(data, hyperparameters, typescriptAlgebra)!
}

describe('triedMeans', () => {
  it.each([
    [1, 0.2],
    [4, 0.5],
    [1000, 0.996],
  ])('of %i runs keep a share of %d of what they differ from the model', (runs, share) => {
    const model = process(runs)
    const smooth = model.means([Float64Array.of(0.2)])[0]!
    expect(2 - smooth).toBeGreaterThan(0.5)
    expect((triedMeans(model)[2]! - smooth) / (2 - smooth)).toBeCloseTo(share, 3)
  })
})

describe('beliefsOf', () => {
  it('leaves a point by itself the variance of its own part, given so many runs', () => {
    const [own, run] = [0.2 * NOISE, 0.8 * NOISE]
    const { covariance } = beliefsOf(process(4, 1e-9), [0, 2], [Float64Array.of(0.9)])
    const left = (runs: number) => 1 / (1 / own + runs / run)
    const expected = [left(1), 0, 0, 0, left(4), 0, 0, 0, own]
    covariance.forEach((value, k) => {
      expect(value).toBeCloseTo(expected[k]!, 6)
    })
  })

  it('knows a point that was run again and again as well as its mean, and its neighbours as the model does', () => {
    const model = process(1e9)
    const { means, covariance } = beliefsOf(model, [2], [Float64Array.of(0.25)])
    expect(means[0]).toBeCloseTo(2, 6)
    expect(covariance[0]).toBeCloseTo(0, 6)
    const { means: smooth, variances } = model.posterior([Float64Array.of(0.25)])
    expect(means[1]).toBeCloseTo(smooth[0]!, 10)
    expect(covariance[3]).toBeCloseTo(variances[0]! + 0.2 * NOISE, 10)
  })
})
