/**
 * Dense linear algebra on row-major Float64Arrays; entry (i, j) of an n x n matrix is at i * n + j. A factor is
 * the lower triangle L of A = L Lᵀ; what is above its diagonal is never read. Sums run in a fixed order.
 */

/** Overwrites the lower triangle of symmetric A with L. @returns false when A is not positive definite. */
export function choleskyInPlace(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!
      if (j < i) a[i * n + j] = sum / a[j * n + j]!
      else if (sum > 0 && sum < Number.POSITIVE_INFINITY) a[i * n + i] = Math.sqrt(sum)
      else return false
    }
  }
  return true
}

/** What is added to the diagonal, relative to its mean, until the factor exists: nothing first. */
const JITTERS = [0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4]

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

/** (L Lᵀ)⁻¹, symmetric and full. */
export function choleskyInverse(factor: Float64Array, n: number): Float64Array {
  const transposed = lowerInverseTransposed(factor, n)
  const inverse = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = i; k < n; k++) sum += transposed[i * n + k]! * transposed[j * n + k]!
      inverse[i * n + j] = sum
      inverse[j * n + i] = sum
    }
  }
  return inverse
}

/** Row j holds column j of L⁻¹, so that both loops of its users run along memory. */
function lowerInverseTransposed(factor: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    result[j * n + j] = 1 / factor[j * n + j]!
    for (let i = j + 1; i < n; i++) {
      let sum = 0
      for (let k = j; k < i; k++) sum -= factor[i * n + k]! * result[j * n + k]!
      result[j * n + i] = sum / factor[i * n + i]!
    }
  }
  return result
}

/** 2 sum(log L_ii) = log det A. */
export function logDeterminant(factor: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += Math.log(factor[i * n + i]!)
  return 2 * sum
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** y = A x for the n x n matrix A. */
export function multiply(a: Float64Array, n: number, x: Float64Array): Float64Array {
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < n; j++) sum += a[i * n + j]! * x[j]!
    y[i] = sum
  }
  return y
}
