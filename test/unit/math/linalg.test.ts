import { describe, expect, it } from 'vitest'
import * as linalg from '../../../src/math/linalg.ts'
import { Random } from '../../../src/math/random.ts'

/** A = B Bᵀ + I. */
function positiveDefinite(n: number): Float64Array {
  const random = Random.fromSeed(n)
  const b = Float64Array.from({ length: n * n }, () => random.normal())
  const entry = (i: number, j: number) => linalg.dot(b.slice(i * n, i * n + n), b.slice(j * n, j * n + n))
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    return entry(i, j) + (i === j ? 1 : 0)
  })
}
const n = 12
const a = positiveDefinite(n)
const factor = a.slice()
linalg.choleskyInPlace(factor, n)

describe('linalg', () => {
  it('factors A into L Lᵀ', () => {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0
        for (let k = 0; k <= j; k++) sum += factor[i * n + k]! * factor[j * n + k]!
        expect(sum).toBeCloseTo(a[i * n + j]!, 10)
      }
    }
  })

  it('inverts A', () => {
    const inverse = linalg.choleskyInverse(factor, n)
    for (let j = 0; j < n; j++) {
      const product = linalg.multiply(a, n, inverse.slice(j * n, j * n + n))
      for (const [i, value] of product.entries()) expect(value).toBeCloseTo(i === j ? 1 : 0, 10)
    }
  })

  it('knows the log determinant', () => {
    expect(linalg.logDeterminant(Float64Array.of(2, 0, 5, 3), 2)).toBeCloseTo(Math.log(36), 14)
  })

  it('adds only as much jitter as a singular matrix needs', () => {
    const singular = Float64Array.of(1, 1, 1, 1)
    expect(linalg.choleskyWithJitter(a, n)?.jitter).toBe(0)
    expect(linalg.choleskyWithJitter(singular, 2)?.jitter).toBe(1e-10)
  })

  it('gives up on an indefinite matrix and on one that holds NaN', () => {
    expect(linalg.choleskyWithJitter(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined()
    expect(linalg.choleskyWithJitter(Float64Array.of(1, 0, Number.NaN, 1), 2)).toBeUndefined()
  })
})
