import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import { explorePending, isOutrun } from '../../../../src/optimizer/acquisition/pure-exploration.ts'
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
// Low on the left, high on the right.
const valueSets = [Float64Array.from(rows, ([a]) => 6 * (a! - 0.5))]
const data = { rows, categorical: [false, false], valueSets, noises: new Float64Array(8).fill(0.01) }
const process = GaussianProcess.condition(data, hyperparameters, typescriptAlgebra)!
const best = [rows.toSorted(([a], [b]) => a! - b!)[0]!]
const pending = [Float64Array.of(0.1, 0.9)]
const exploration = explorePending(process, pending, best, typescriptAlgebra)!

describe('explorePending', () => {
  it('goes where nothing is known nor awaited', () => {
    const [atPending, beside] = exploration.evaluate([pending[0]!, Float64Array.of(0.1, 0.1)])
    expect(atPending!).toBeLessThan(beside! - 1)
  })

  it('stays where something better may be', () => {
    const [left, right] = exploration.evaluate([Float64Array.of(0.1, 0.5), Float64Array.of(0.99, 0.99)])
    expect(right!).toBeLessThan(left! - 10)
  })

  it.each([
    ['within hope', 0.1, 0.4],
    ['beyond it', 0.9, 0.6],
  ])('has the gradients of its values %s', (_where, a, b) => {
    const at = Float64Array.of(a, b)
    const { values, gradients } = exploration.evaluateWithGradients([at])
    expect(values[0]).toBeCloseTo(exploration.evaluate([at])[0]!, 9)
    for (const i of [0, 1]) {
      const step = 1e-5
      const [below, above] = exploration.evaluate([at.with(i, at[i]! - step), at.with(i, at[i]! + step)])
      expect(gradients[i]).toBeCloseTo((above! - below!) / (2 * step), 4)
    }
  })
})

describe('isOutrun', () => {
  const share = (pending: number, results: number) => {
    const stream = Random.fromSeed(3)
    return (
      Array.from({ length: 2000 }, () => isOutrun(pending, results, stream)).filter(Boolean).length / 2000
    )
  }

  it('is so for as large a share of proposals as the trials without a result are of all', () => {
    expect(share(31, 10)).toBeCloseTo(31 / 41, 1)
    expect(share(63, 7)).toBeCloseTo(0.9, 1)
  })

  it('is never so when no more than three times of what is known is awaited, as with eight workers', () => {
    expect(share(0, 1)).toBe(0)
    expect(share(7, 3)).toBe(0)
    expect(share(30, 10)).toBe(0)
  })
})
