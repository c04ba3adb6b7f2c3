import type { ConditionedProcess, Kernel, LinearAlgebra, PosteriorWithGradients } from './linear-algebra.ts'

type Parts = Pick<LinearAlgebra, 'product' | 'solve' | 'solveTransposed'>

/** One for all dimensions, or one for each where part of the kernel takes them one by one. */
export function slopeMatrices({ lengthScales, additiveShare }: Kernel): number {
  return additiveShare > 0 ? lengthScales.length : 1
}

/** n x s: the mean of each set at the points of these covariances, n x m. */
export function meansFrom(
  { product }: Parts,
  { rows, weights, mean }: ConditionedProcess,
  covariances: Float64Array,
): Float64Array {
  const means = product(weights, covariances, rows.count)
  for (let i = 0; i < means.length; i++) means[i]! += mean
  return means
}

/** signal - |R⁻ᵀ k|². Rounding may take the difference below zero where the data pin the function down. */
export function variancesFrom(
  { rows: { kernel, count } }: ConditionedProcess,
  whitened: Float64Array,
): Float64Array {
  const m = whitened.length / count
  const explained = new Float64Array(m)
  for (let at = 0; at < whitened.length; at += m) {
    for (let c = 0; c < m; c++) explained[c]! += whitened[at + c]! ** 2
  }
  return explained.map((part) => Math.max(kernel.signal - part, 1e-12 * kernel.signal))
}

/** What `gradients` goes on from: points, and of each the covariances' slopes and K⁻¹ k. */
interface Differentiable {
  readonly process: ConditionedProcess
  readonly others: Float64Array
  readonly slopes: Float64Array
  readonly solved: Float64Array
}

export function gradientsFrom(parts: Parts, at: Differentiable): PosteriorWithGradients['gradients'] {
  return (byMeans, byVariances) => {
    const { process, others, slopes } = at
    const byCovariances = byCovariancesFrom(parts, at, byMeans, byVariances)
    const sums =
      slopes.length === byCovariances.length
        ? sumSteps(
            parts,
            process,
            byCovariances.map((by, i) => by * slopes[i]!),
            others,
          )
        : sumStepsByFeature(process, byCovariances, slopes, others)
    const { lengthScales, categorical } = process.rows.kernel
    const d = lengthScales.length
    return sums.map((sum, i) => (categorical[i % d] ? 0 : sum / lengthScales[i % d]! ** 2))
  }
}

/** By k(x, row): the mean's derivative is its weight, the variance's -2 K⁻¹ k. */
function byCovariancesFrom(
  { product }: Parts,
  { process, solved }: Differentiable,
  byMeans: Float64Array,
  byVariances: Float64Array,
): Float64Array {
  const sets = process.weights.length / process.rows.count
  const byCovariances = product(weightsBySet(process), byMeans, sets)
  const m = byVariances.length
  byCovariances.forEach((_, i) => {
    byCovariances[i]! -= 2 * byVariances[i % m]! * solved[i]!
  })
  return byCovariances
}

function weightsBySet({ rows: { count: n }, weights }: ConditionedProcess): Float64Array {
  const sets = weights.length / n
  return Float64Array.from(weights, (_, at) => weights[(at % n) * sets + Math.floor(at / n)]!)
}

/** Of the steps from each point to the rows, by n x m weights of all features alike: ddelta_i/dx_i = 2 (x_i - row_i). */
function sumSteps(
  { product }: Parts,
  { rows: { count: n, points, kernel } }: ConditionedProcess,
  weights: Float64Array,
  others: Float64Array,
): Float64Array {
  const d = kernel.lengthScales.length
  const totals = product(weights, new Float64Array(n).fill(1), n)
  const sums = product(weights, points, n)
  for (let at = 0; at < sums.length; at++) sums[at]! -= totals[Math.floor(at / d)]! * others[at]!
  return sums
}

/** The same with slopes for each feature. */
function sumStepsByFeature(
  { rows: { count: n, points, kernel } }: ConditionedProcess,
  byCovariances: Float64Array,
  slopes: Float64Array,
  others: Float64Array,
): Float64Array {
  const d = kernel.lengthScales.length
  const m = others.length / d
  const sums = new Float64Array(m * d)
  for (let i = 0, slope = 0; i < d; i++) {
    for (let p = 0, at = 0; p < n; p++) {
      const row = points[p * d + i]!
      for (let c = 0; c < m; c++, at++, slope++) {
        sums[c * d + i]! += byCovariances[at]! * slopes[slope]! * (row - others[c * d + i]!)
      }
    }
  }
  return sums
}
