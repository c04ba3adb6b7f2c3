import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import { logConfidenceBound } from '../../../../src/optimizer/acquisition/log-confidence-bound.ts'
import { GaussianProcess } from '../../../../src/optimizer/surrogates/gaussian-process.ts'

const hyperparameters = {
  lengthScales: Float64Array.of(0.3, 0.5),
  noise: 0.01,
  signal: 1.2,
  additiveShare: 0,
}
const random = Random.fromSeed(8)
const row = () => Float64Array.of(random.uniform(), random.uniform())
const rows = Array.from({ length: 8 }, row)
const values = Float64Array.from(rows, ([a, b]) => Math.sin(7 * a!) + b!)
const data = { rows, categorical: [false, false], noises: new Float64Array(8).fill(0.01) }
const process = (valueSets: readonly Float64Array[]) =>
  GaussianProcess.condition({ ...data, valueSets }, hyperparameters, typescriptAlgebra)!

describe('logConfidenceBound', () => {
  it('ranks points as mu - beta sigma does', () => {
    const one = process([values])
    const points = Array.from({ length: 20 }, row)
    const { means, variances } = one.posterior(points)
    const bounds = [...means].map((mean, i) => mean - 2 * Math.sqrt(variances[i]!))
    const promised = logConfidenceBound(one, [-0.5], 2).evaluate(points)
    const ranked = (keys: ArrayLike<number>, sign: number) =>
      [...points.keys()].sort((a, b) => sign * (keys[a]! - keys[b]!))
    expect(ranked(promised, -1)).toEqual(ranked(bounds, 1))
  })

  it.each([-0.5, -60, 60])('has the gradients of its values with an incumbent of %d', (incumbent) => {
    const several = process([values, values.map((value) => value + 0.3)])
    const acquisition = logConfidenceBound(several, [incumbent, incumbent - 0.2], 1.8)
    const at = Float64Array.of(0.62, 0.35)
    const { values: found, gradients } = acquisition.evaluateWithGradients([at])
    expect(found[0]).toBeCloseTo(acquisition.evaluate([at])[0]!, 9)
    for (const i of [0, 1]) {
      const step = 1e-5
      const [below, above] = acquisition.evaluate([at.with(i, at[i]! - step), at.with(i, at[i]! + step)])
      expect(gradients[i]).toBeCloseTo((above! - below!) / (2 * step), 4)
    }
  })
})
