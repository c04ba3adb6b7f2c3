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

// Sizes with and without rows left over from tiles of four and two.
describe.each([1, 2, 3, 5, 8, 12, 23])('linalg, n = %i', (n) => {
  const a = positiveDefinite(n)
  const factor = a.slice()
  linalg.choleskyInPlace(factor, n)

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

  it('solves for several right-hand sides', () => {
    const sides = Float64Array.from({ length: 6 * n }, (_, i) => Math.sin(i))
    const solved = sides.slice()
    linalg.solveLower(factor, n, solved)
    for (let r = 0; r < 6; r++) {
      for (let i = 0; i < n; i++) {
        let sum = 0
        for (let k = 0; k <= i; k++) sum += factor[i * n + k]! * solved[r * n + k]!
        expect(sum).toBeCloseTo(sides[r * n + i]!, 10)
      }
    }
  })
})

describe('linalg', () => {
  it('adds only as much jitter as a singular matrix needs', () => {
    const singular = Float64Array.of(1, 1, 1, 1)
    expect(linalg.choleskyWithJitter(positiveDefinite(9), 9)?.jitter).toBe(0)
    expect(linalg.choleskyWithJitter(singular, 2)?.jitter).toBe(1e-10)
  })

  it('gives up on an indefinite matrix and on one that holds NaN', () => {
    expect(linalg.choleskyWithJitter(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined()
    expect(linalg.choleskyWithJitter(Float64Array.of(1, 0, Number.NaN, 1), 2)).toBeUndefined()
  })
})

describe('flatten', () => {
  it('copies points, but for those that are side by side', () => {
    const points = linalg.arraysOf(3, 2)
    points.forEach((point, p) => {
      point.set([p, 10 * p])
    })
    const flat = linalg.flatten(points, 2)
    expect([...flat]).toEqual([0, 0, 1, 10, 2, 20])
    expect(flat.buffer).toBe(points[0]!.buffer)
    expect([...linalg.flatten(points.slice(1), 2)]).toEqual([1, 10, 2, 20])
    expect([...linalg.flatten([points[2]!, points[0]!], 2)]).toEqual([2, 20, 0, 0])
    expect([...linalg.flatten([Float64Array.of(1, 2), Float64Array.of(3, 4)], 2)]).toEqual([1, 2, 3, 4])
    expect(linalg.flatten([], 2)).toHaveLength(0)
  })
})
