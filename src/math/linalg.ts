/**
 * Dense linear algebra in TypeScript; entry (i, j) of an n x n matrix is at i * n + j. A factor is the lower triangle L
 * of A = L Lᵀ; what is above its diagonal is never read. Sums run in the order of their index.
 */
import { SUMS, solveFour, solveOne, subtract2x4, subtractDot } from './dense-kernels.ts'

/**
 * Overwrites the lower triangle of symmetric A with L, the first `done` rows being so already.
 *
 * @returns false when A is not positive definite.
 */
export function choleskyInPlace(a: Float64Array, n: number, done = 0): boolean {
  let i = done
  // Each row of L solves L_above x = row of A, so four rows are solved at a time.
  for (; i + 4 <= n; i += 4) {
    solveFour(a, n, a, i * n, 0, i)
    for (let row = i; row < i + 4; row++) if (!finishRow(a, n, row, i)) return false
  }
  for (; i < n; i++) if (!finishRow(a, n, i, 0)) return false
  return true
}

/** One row of L whose entries left of column `solved` are done. */
function finishRow(a: Float64Array, n: number, row: number, solved: number): boolean {
  const at = row * n
  for (let j = solved; j < row; j++)
    a[at + j] = subtractDot(a[at + j]!, a, at, a, j * n, 0, j) / a[j * n + j]!
  const square = subtractDot(a[at + row]!, a, at, a, at, 0, row)
  if (!(square > 0 && square < Number.POSITIVE_INFINITY)) return false
  a[at + row] = Math.sqrt(square)
  return true
}

/** What is added to the diagonal, relative to its mean, until the factor exists: nothing first. */
export const JITTERS: readonly number[] = [0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4]

/** Factor of A, or of A plus the least jitter of the ladder that makes one; undefined when none does. */
export function choleskyWithJitter(
  a: Float64Array,
  n: number,
): { factor: Float64Array; jitter: number } | undefined {
  let diagonal = 0
  for (let i = 0; i < n; i++) diagonal += a[i * n + i]! / n
  for (const relative of JITTERS) {
    const factor = a.slice()
    const jitter = relative * diagonal
    for (let i = 0; i < n; i++) factor[i * n + i]! += jitter
    if (choleskyInPlace(factor, n)) return { factor, jitter }
  }
  return undefined
}

/** Overwrites each of the rows of x, n numbers long, with L⁻¹ row. */
export function solveLower(factor: Float64Array, n: number, x: Float64Array): void {
  const rows = x.length / n
  let r = 0
  for (; r + 4 <= rows; r += 4) solveFour(factor, n, x, r * n, 0, n)
  for (; r < rows; r++) solveOne(factor, n, x, r * n, 0, n)
}

/** Overwrites each of the rows of x, n numbers long, with L⁻ᵀ row. */
export function solveLowerTransposed(factor: Float64Array, n: number, x: Float64Array): void {
  for (let at = 0; at < x.length; at += n) {
    for (let i = n - 1; i >= 0; i--) {
      const solved = x[at + i]! / factor[i * n + i]!
      x[at + i] = solved
      for (let k = 0; k < i; k++) x[at + k]! -= factor[i * n + k]! * solved
    }
  }
}

/** (L Lᵀ)⁻¹, symmetric and full. */
export function choleskyInverse(factor: Float64Array, n: number): Float64Array {
  const transposed = lowerInverseTransposed(factor, n)
  const inverse = new Float64Array(n * n)
  let j = 0
  for (; j + 4 <= n; j += 4) {
    let i = j
    for (; i + 2 <= n; i += 2) {
      // Row i is zero before its diagonal.
      SUMS.fill(0)
      subtract2x4(transposed, i * n, transposed, j * n, n, i, n)
      for (let c = 0; c < 4; c++) {
        inverse[i * n + j + c] = -SUMS[c]!
        inverse[(i + 1) * n + j + c] = -SUMS[c + 4]!
      }
    }
    for (; i < n; i++) for (let c = j; c < j + 4; c++) inverse[i * n + c] = productEntry(transposed, n, i, c)
  }
  for (let i = j; i < n; i++)
    for (let c = j; c <= i; c++) inverse[i * n + c] = productEntry(transposed, n, i, c)
  mirrorLower(inverse, n)
  return inverse
}

function productEntry(transposed: Float64Array, n: number, i: number, j: number): number {
  return -subtractDot(0, transposed, i * n, transposed, j * n, i, n)
}

function mirrorLower(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j]!
}

/** Row j holds column j of L⁻¹: the solution for the unit vector j, zero before position j. */
function lowerInverseTransposed(factor: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n)
  for (let j = 0; j < n; j++) result[j * n + j] = 1
  let j = 0
  for (; j + 4 <= n; j += 4) solveFour(factor, n, result, j * n, j, n)
  for (; j < n; j++) solveOne(factor, n, result, j * n, j, n)
  return result
}

export function transpose(a: Float64Array, rows: number): Float64Array {
  const columns = a.length / rows
  const result = new Float64Array(a.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = a[i * columns + j]!
  return result
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** y = A x for the n x n matrix A. */
export function multiply(a: Float64Array, n: number, x: Float64Array): Float64Array {
  const y = new Float64Array(n)
  let i = 0
  for (; i + 4 <= n; i += 4) multiplyFour(a, n, i, x, y)
  for (; i < n; i++) y[i] = -subtractDot(0, a, i * n, x, 0, 0, n)
  return y
}

function multiplyFour(a: Float64Array, n: number, i: number, x: Float64Array, y: Float64Array): void {
  const [a0, a1, a2, a3] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n]
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  for (let k = 0; k < n; k++) {
    const value = x[k]!
    s0 += a[a0 + k]! * value
    s1 += a[a1 + k]! * value
    s2 += a[a2 + k]! * value
    s3 += a[a3 + k]! * value
  }
  y[i] = s0
  y[i + 1] = s1
  y[i + 2] = s2
  y[i + 3] = s3
}

/** Points side by side, d numbers each; not a copy, where they are so already. */
export function flatten(points: readonly Float64Array[], d: number): Float64Array {
  if (areSideBySide(points, d))
    return new Float64Array(points[0]!.buffer, points[0]!.byteOffset, points.length * d)
  const flat = new Float64Array(points.length * d)
  for (let p = 0, at = 0; p < points.length; p++) {
    const point = points[p]!
    for (let i = 0; i < d; i++, at++) flat[at] = point[i]!
  }
  return flat
}

function areSideBySide(points: readonly Float64Array[], d: number): boolean {
  const first = points[0]
  return (
    first !== undefined &&
    points.every(
      ({ buffer, byteOffset, length }, p) =>
        buffer === first.buffer &&
        length === d &&
        byteOffset === first.byteOffset + p * d * Float64Array.BYTES_PER_ELEMENT,
    )
  )
}

/** So many arrays of as many numbers, in one buffer: with a buffer of its own, one of nine or more costs five times as much. */
export function arraysOf(count: number, length: number): Float64Array[] {
  const bytes = length * Float64Array.BYTES_PER_ELEMENT
  const buffer = new ArrayBuffer(count * bytes)
  const arrays: Float64Array[] = []
  for (let k = 0; k < count; k++) arrays.push(new Float64Array(buffer, k * bytes, length))
  return arrays
}

/** The same one at a time, 32 in a buffer. */
export function arraySource(length: number): () => Float64Array {
  let left: Float64Array[] = []
  return () => {
    if (left.length === 0) left = arraysOf(32, length)
    return left.pop()!
  }
}
