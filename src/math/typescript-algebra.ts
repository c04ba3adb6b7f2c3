import {
  choleskyInPlace,
  choleskyInverse,
  dot,
  multiply,
  solveLower,
  solveLowerTransposed,
  transpose,
} from './linalg.ts'
import type {
  ArrangedPoints,
  ConditionedProcess,
  EvidenceInput,
  Kernel,
  LinearAlgebra,
  Posterior,
  PosteriorWithGradients,
} from './linear-algebra.ts'
import { gradientsFrom, meansFrom, slopeMatrices, variancesFrom } from './typescript-posterior.ts'

/** Needs nothing but the language: what the native one is held against, and what is used where that cannot be. */
export const typescriptAlgebra: LinearAlgebra = {
  name: 'typescript',
  arrange: (kernel, points) => ({
    kernel,
    count: points.length / kernel.lengthScales.length,
    points,
    numbers: points,
  }),
  covariance: writeCovariance,
  crossCovariance: (points, others) => crossCovariance(points, others),
  cholesky: choleskyInPlace,
  solveTransposed: (factor, n, x) => onTransposed(x, n, (rows) => solveLower(factor, n, rows)),
  solve: (factor, n, x) => onTransposed(x, n, (rows) => solveLowerTransposed(factor, n, rows)),
  product,
  posterior,
  posteriorWithGradients,
  evidence,
}

/** R of the interface is Lᵀ here, and right-hand sides are rows. */
function onTransposed(x: Float64Array, n: number, overwrite: (rows: Float64Array) => void): void {
  const rows = transpose(x, n)
  overwrite(rows)
  x.set(transpose(rows, x.length / n))
}

function product(a: Float64Array, b: Float64Array, k: number): Float64Array {
  const [m, n] = [a.length / k, b.length / k]
  const c = new Float64Array(m * n)
  for (let p = 0; p < k; p++) {
    for (let i = 0; i < m; i++) {
      const factor = a[p * m + i]!
      for (let j = 0; j < n; j++) c[i * n + j]! += factor * b[p * n + j]!
    }
  }
  return c
}

/** Results of `matern`: an object each time would cost more than the arithmetic. */
const MATERN = { value: 0, slope: 0 }

/** M52(D) = (1 + r + r²/3) exp(-r), r = sqrt(5 D), and -2 dM52/dD = 5/3 (1 + r) exp(-r), finite at D = 0. */
function matern(distance: number): typeof MATERN {
  const r = Math.sqrt(5 * distance)
  const decay = Math.exp(-r)
  MATERN.value = (1 + r + (r * r) / 3) * decay
  MATERN.slope = (5 / 3) * (1 + r) * decay
  return MATERN
}

/** delta_i / l_i² in one dimension. */
function scaledDelta({ categorical, lengthScales }: Kernel, i: number, a: number, b: number): number {
  if (categorical[i]) return a === b ? 0 : 1 / (lengthScales[i]! * lengthScales[i]!)
  const difference = (a - b) / lengthScales[i]!
  return difference * difference
}

/** Of point p of `a` and point q of `b`; `slopes` receives as many as there are slope matrices. */
function covarianceOf(
  kernel: Kernel,
  a: Float64Array,
  p: number,
  b: Float64Array,
  q: number,
  slopes?: Float64Array,
): number {
  const { signal, additiveShare, lengthScales } = kernel
  const d = lengthScales.length
  let distance = 0
  for (let i = 0; i < d; i++) distance += scaledDelta(kernel, i, a[p * d + i]!, b[q * d + i]!)
  const joint = matern(distance)
  let sum = signal * (1 - additiveShare) * joint.value
  slopes?.fill(signal * (1 - additiveShare) * joint.slope)
  for (let i = 0; i < d && additiveShare > 0; i++) {
    const own = matern(d * scaledDelta(kernel, i, a[p * d + i]!, b[q * d + i]!))
    sum += ((signal * additiveShare) / d) * own.value
    if (slopes) slopes[i]! += signal * additiveShare * own.slope
  }
  return sum
}

function writeCovariance(
  { kernel, numbers: points }: ArrangedPoints,
  noises: Float64Array,
  done: number,
  matrix: Float64Array,
): void {
  const n = noises.length
  for (let p = done; p < n; p++) {
    for (let q = 0; q < p; q++) {
      matrix[p * n + q] = covarianceOf(kernel, points, p, points, q)
    }
    matrix[p * n + p] = kernel.signal + noises[p]!
  }
}

function crossCovariance(
  { kernel, count: n, numbers: points }: ArrangedPoints,
  others: Float64Array,
  slopes?: Float64Array,
): Float64Array {
  const m = others.length / kernel.lengthScales.length
  const covariances = new Float64Array(n * m)
  const own = slopes && new Float64Array(slopeMatrices(kernel))
  for (let p = 0, at = 0; p < n; p++) {
    for (let q = 0; q < m; q++, at++) {
      covariances[at] = covarianceOf(kernel, points, p, others, q, own)
      own?.forEach((slope, i) => {
        slopes![i * n * m + at] = slope
      })
    }
  }
  return covariances
}

function posterior(process: ConditionedProcess, others: Float64Array): Posterior {
  const covariances = crossCovariance(process.rows, others)
  const means = meansFrom(typescriptAlgebra, process, covariances)
  typescriptAlgebra.solveTransposed(process.factor, process.rows.count, covariances)
  return { means, variances: variancesFrom(process, covariances) }
}

function posteriorWithGradients(process: ConditionedProcess, others: Float64Array): PosteriorWithGradients {
  const { kernel, count: n } = process.rows
  const m = others.length / kernel.lengthScales.length
  const slopes = new Float64Array(slopeMatrices(kernel) * n * m)
  const solved = crossCovariance(process.rows, others, slopes)
  const means = meansFrom(typescriptAlgebra, process, solved)
  typescriptAlgebra.solveTransposed(process.factor, n, solved)
  const variances = variancesFrom(process, solved)
  typescriptAlgebra.solve(process.factor, n, solved)
  const gradients = gradientsFrom(typescriptAlgebra, { process, others, slopes, solved })
  return { means, variances, gradients }
}

/**
 * With a = K⁻¹(y - c) and W = a aᵀ - K⁻¹ the derivative by theta is -1/2 sum_pq W_pq dK_pq/dtheta; c is at its optimum,
 * so its own derivative drops out.
 */
function evidence(input: EvidenceInput, gradient?: Float64Array): number {
  const { kernel, points, noise, extraNoises } = input
  const n = extraNoises.length
  const factor = new Float64Array(n * n)
  writeCovariance(
    typescriptAlgebra.arrange(kernel, points),
    extraNoises.map((extra) => extra + noise),
    0,
    factor,
  )
  if (!choleskyInPlace(factor, n)) return Number.POSITIVE_INFINITY
  const inverse = choleskyInverse(factor, n)
  const { residual, solved } = profileMean(inverse, n, input.values)
  if (gradient) writeGradient(input, inverse, solved, gradient)
  let value = 0.5 * dot(residual, solved)
  for (let p = 0; p < n; p++) value += Math.log(factor[p * n + p]!)
  return value
}

/** The generalized least squares mean c: y - c, and K⁻¹(y - c). */
function profileMean(inverse: Float64Array, n: number, values: Float64Array) {
  const rowSums = multiply(inverse, n, new Float64Array(n).fill(1))
  const total = rowSums.reduce((sum, value) => sum + value, 0)
  const mean = dot(rowSums, values) / total
  const residual = values.map((value) => value - mean)
  return { residual, solved: multiply(inverse, n, residual) }
}

function writeGradient(
  { kernel, points, noise }: EvidenceInput,
  inverse: Float64Array,
  solved: Float64Array,
  gradient: Float64Array,
): void {
  const [n, d] = [solved.length, kernel.lengthScales.length]
  const slopes = new Float64Array(slopeMatrices(kernel))
  gradient.fill(0)
  for (let p = 0; p < n; p++) {
    const diagonal = solved[p]! ** 2 - inverse[p * n + p]!
    gradient[d]! -= 0.5 * noise * diagonal
    gradient[d + 1]! -= 0.5 * kernel.signal * diagonal
    for (let q = 0; q < p; q++) {
      const weight = solved[p]! * solved[q]! - inverse[p * n + q]!
      gradient[d + 1]! -= weight * covarianceOf(kernel, points, p, points, q, slopes)
      for (let i = 0; i < d; i++) {
        const slope = slopes[slopes.length === 1 ? 0 : i]!
        gradient[i]! -= weight * slope * scaledDelta(kernel, i, points[p * d + i]!, points[q * d + i]!)
      }
    }
  }
}
