import { describe, expect, it } from 'vitest'
import { loadNativeAlgebra } from '../../../src/algebra/native-algebra.ts'
import type { Kernel } from '../../../src/math/linear-algebra.ts'
import { Random } from '../../../src/math/random.ts'
import { typescriptAlgebra } from '../../../src/math/typescript-algebra.ts'
import { algebras } from '../../support/algebras.ts'

const native = loadNativeAlgebra()
// Sizes below, at and beyond the blocks of either implementation.
const SIZES = [1, 2, 7, 16, 17, 40, 97, 260]
const D = 4
const SHARES = [0, 0.9]
const EXAMPLES = SIZES.flatMap((n) => SHARES.map((share) => [n, share] as const))

function example(n: number, additiveShare = 0) {
  const random = Random.fromSeed(n)
  const kernel: Kernel = {
    categorical: Uint8Array.of(0, 1, 0, 0),
    lengthScales: Float64Array.of(0.4, 1.3, 0.025, 50),
    signal: 1.7,
    additiveShare,
  }
  const point = () => [random.uniform(), random.int(3), random.uniform(), random.uniform()]
  const filled = (count: number) => Float64Array.from(Array.from({ length: count }, point).flat())
  return {
    kernel,
    points: filled(n),
    others: filled(5),
    noises: Float64Array.from({ length: n }, () => 0.01 + 0.1 * random.uniform()),
    values: Float64Array.from({ length: n }, () => random.normal()),
    sides: Float64Array.from({ length: n * 5 }, () => random.normal()),
  }
}

function expectClose(a: Float64Array, b: Float64Array, tolerance: number): void {
  expect(a).toHaveLength(b.length)
  const largest = b.reduce((size, value) => Math.max(size, Math.abs(value)), 1)
  a.forEach((value, i) => {
    if (!(Math.abs(value - b[i]!) <= tolerance * largest)) expect.fail(`${value} is not ${b[i]} at ${i}`)
  })
}

/** Everything that an implementation computes of one example. */
function everything(algebra: typeof typescriptAlgebra, n: number, share: number) {
  const { kernel, points, others, noises, values, sides } = example(n, share)
  const factor = new Float64Array(n * n)
  algebra.covariance(algebra.arrange(kernel, points), noises, 0, factor)
  expect(algebra.cholesky(factor, n, 0)).toBe(true)
  const rows = algebra.arrange(kernel, points)
  const cross = algebra.crossCovariance(rows, others)
  const [whitened, solved] = [sides.slice(), sides.slice()]
  algebra.solveTransposed(factor, n, whitened)
  algebra.solveTransposed(factor, n, solved)
  algebra.solve(factor, n, solved)
  // Two sets of values.
  const process = { rows, factor, weights: sides.subarray(0, 2 * n), mean: 0.3 }
  const { means, variances } = algebra.posterior(process, others)
  const posterior = algebra.posteriorWithGradients(process, others)
  expect(posterior.means).toEqual(means)
  expect(posterior.variances).toEqual(variances)
  const slopes = posterior.gradients(
    Float64Array.of(1, -2, 3, 0, 1, 0, 1, 0, 1, 0),
    Float64Array.of(0, 1, 2, 3, 4),
  )
  const gradient = new Float64Array(D + 2)
  const value = algebra.evidence({ kernel, points, values, noise: 0.02, extraNoises: noises }, gradient)
  expect(algebra.evidence({ kernel, points, values, noise: 0.02, extraNoises: noises })).toBe(value)
  const product = algebra.product(cross, sides, n)
  return {
    cross,
    means,
    variances,
    slopes,
    whitened,
    solved,
    product,
    gradient,
    evidence: Float64Array.of(value),
  }
}

describe.skipIf(!native)('native algebra', () => {
  it.each(EXAMPLES)('computes what the TypeScript one does, n = %i, additive by %f', (n, share) => {
    const [ours, oracle] = [everything(native!, n, share), everything(typescriptAlgebra, n, share)]
    for (const [name, expected] of Object.entries(oracle)) {
      expectClose(ours[name as keyof typeof ours], expected, 1e-11)
    }
  })

  it('refuses what does not fit, and reads nothing beyond it', () => {
    const { kernel, points, noises } = example(7)
    const short = new Float64Array(48)
    const arranged = native!.arrange(kernel, points)
    expect(() => native!.covariance(arranged, noises, 0, short)).toThrow('do not fit')
    expect(() => native!.covariance(arranged, noises, 8, new Float64Array(49))).toThrow('do not fit')
    expect(() => native!.cholesky(short, 7, 0)).toThrow('do not fit')
    const additive = { ...kernel, additiveShare: 0.5 }
    expect(() => native!.crossCovariance({ ...arranged, kernel: additive }, points)).toThrow('do not fit')
    const process = { rows: arranged, factor: new Float64Array(49), weights: noises, mean: 0 }
    expect(() => native!.posterior({ ...process, factor: short }, points)).toThrow('do not fit')
    expect(() => native!.posterior({ ...process, weights: noises.subarray(1) }, points)).toThrow('do not fit')
    expect(() => native!.posterior({ ...process, rows: { ...arranged, kernel: additive } }, points)).toThrow(
      'do not fit',
    )
    const { gradients } = native!.posteriorWithGradients(process, points)
    expect(() => gradients(noises.subarray(1), noises)).toThrow('do not fit')
    expect(() => gradients(noises, noises.subarray(1))).toThrow('do not fit')
    const whole = { ...kernel, additiveShare: 1 }
    expect(() => native!.arrange(whole, points)).toThrow('less than 1')
    expect(() => native!.solve(short, 7, points)).toThrow('do not fit')
    expect(() => native!.crossCovariance(arranged, points.subarray(1))).toThrow('multiple')
    expect(() => native!.product(points, noises, 0)).toThrow()
    expect(() => native!.cholesky([1] as unknown as Float64Array, 1, 0)).toThrow('Float64Array')
  })
})

describe.each(algebras)('$name algebra', (algebra) => {
  it.each(EXAMPLES)('solves what it factored, n = %i, additive by %f', (n, share) => {
    const { kernel, points, noises, sides } = example(n, share)
    const factor = new Float64Array(n * n)
    algebra.covariance(algebra.arrange(kernel, points), noises, 0, factor)
    algebra.cholesky(factor, n, 0)
    const solved = sides.slice()
    algebra.solveTransposed(factor, n, solved)
    algebra.solve(factor, n, solved)
    const covariance = algebra.crossCovariance(algebra.arrange(kernel, points), points)
    for (let p = 0; p < n; p++) covariance[p * n + p]! += noises[p]!
    expectClose(algebra.product(covariance, solved, n), sides, 1e-9)
  })

  it.each(EXAMPLES)('extends a factor to the bits of a new one, n = %i, additive by %f', (n, share) => {
    const { kernel, points, noises } = example(n, share)
    const whole = new Float64Array(n * n)
    algebra.covariance(algebra.arrange(kernel, points), noises, 0, whole)
    algebra.cholesky(whole, n, 0)
    for (const first of [1, 15, 16, 33, n - 1].filter((size) => size > 0 && size < n)) {
      const part = new Float64Array(n * n)
      algebra.covariance(algebra.arrange(kernel, points), noises, 0, part)
      const leading = new Float64Array(first * first)
      algebra.covariance(
        algebra.arrange(kernel, points.subarray(0, first * D)),
        noises.subarray(0, first),
        0,
        leading,
      )
      algebra.cholesky(leading, first, 0)
      for (let p = 0; p < first; p++) part.set(leading.subarray(p * first, (p + 1) * first), p * n)
      algebra.covariance(algebra.arrange(kernel, points), noises, first, part)
      algebra.cholesky(part, n, first)
      const sides = Float64Array.from({ length: n }, (_, i) => Math.sin(i))
      const [ours, expected] = [sides.slice(), sides.slice()]
      for (const [factor, x] of [
        [part, ours],
        [whole, expected],
      ] as const) {
        algebra.solveTransposed(factor, n, x)
        algebra.solve(factor, n, x)
      }
      expect(ours).toEqual(expected)
    }
  })

  it('says that an indefinite matrix, one of NaN, and one of equal points have no factor', () => {
    const symmetric = (...entries: number[]) => Float64Array.from(entries)
    expect(algebra.cholesky(symmetric(1, 2, 2, 1), 2, 0)).toBe(false)
    expect(algebra.cholesky(symmetric(1, 0, 0, Number.NaN), 2, 0)).toBe(false)
    expect(algebra.cholesky(symmetric(Number.POSITIVE_INFINITY, 0, 0, 1), 2, 0)).toBe(false)
    const { kernel } = example(1)
    const evidence = algebra.evidence(
      {
        kernel,
        points: new Float64Array(2 * D),
        values: Float64Array.of(1, 2),
        noise: 0,
        extraNoises: new Float64Array(2),
      },
      new Float64Array(D + 2),
    )
    expect(evidence).toBe(Number.POSITIVE_INFINITY)
  })
})
