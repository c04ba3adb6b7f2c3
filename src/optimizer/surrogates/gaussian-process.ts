import { choleskyInverse, choleskyWithJitter, multiply, solveLower } from '../../math/linalg.ts'
import { squaredDifference } from './distance.ts'
import { type Hyperparameters, profileMean } from './fit.ts'
import { matern } from './matern.ts'

/** What a Gaussian process is conditioned on: m rows of features, and one or more sets of values for them. */
export interface ProcessData {
  readonly rows: readonly Float64Array[]
  readonly categorical: readonly boolean[]
  /** Each of m values. Several sets share the rows, and so the variances. */
  readonly valueSets: readonly Float64Array[]
  /** Noise variance of each row. */
  readonly noises: Float64Array
  /** Prior mean; profiled from the first set when absent. */
  readonly mean?: number
}

/** Covariances of one point with the rows, ready for means, variance and gradients. */
export interface CrossCovariance {
  /** k(x, row). */
  readonly covariances: Float64Array
  /** -2 dk/dD of the squared scaled distance D: dk/dx_i = -slopes * (x_i - row_i) / l_i². */
  readonly slopes: Float64Array
  /** K⁻¹ k(x, rows): dvariance/dk = -2 solved. */
  readonly solved: Float64Array
  readonly variance: number
}

/** The posterior of a Gaussian process. O(m²) a point. */
export class GaussianProcess {
  readonly rows: readonly Float64Array[]
  readonly categorical: readonly boolean[]
  readonly hyperparameters: Hyperparameters
  readonly mean: number
  /** K⁻¹ (y - mean) for each set of values. */
  readonly weightSets: readonly Float64Array[]
  readonly #factor: Float64Array
  readonly #inverse: Float64Array
  readonly #precisions: Float64Array

  private constructor(
    data: ProcessData,
    hyperparameters: Hyperparameters,
    factor: Float64Array,
    inverse: Float64Array,
    mean: number,
    weightSets: readonly Float64Array[],
  ) {
    this.rows = data.rows
    this.categorical = data.categorical
    this.hyperparameters = hyperparameters
    this.mean = mean
    this.weightSets = weightSets
    this.#factor = factor
    this.#inverse = inverse
    this.#precisions = hyperparameters.lengthScales.map((length) => 1 / length ** 2)
  }

  /** @returns undefined when the covariance is singular in spite of jitter: use another method. */
  static condition(data: ProcessData, hyperparameters: Hyperparameters): GaussianProcess | undefined {
    const n = data.rows.length
    const covariance = covarianceMatrix(data, hyperparameters)
    const factored = choleskyWithJitter(covariance, n)
    if (!factored) return undefined
    const inverse = choleskyInverse(factored.factor, n)
    const mean = data.mean ?? profileMean(inverse, n, data.valueSets[0]!).mean
    const weightSets = data.valueSets.map((values) =>
      multiply(
        inverse,
        n,
        values.map((value) => value - mean),
      ),
    )
    return new GaussianProcess(data, hyperparameters, factored.factor, inverse, mean, weightSets)
  }

  /** @param x features of one point. */
  crossCovariance(x: Float64Array): CrossCovariance {
    const n = this.rows.length
    const { signal } = this.hyperparameters
    const covariances = new Float64Array(n)
    const slopes = new Float64Array(n)
    for (let p = 0; p < n; p++) {
      const distance = squaredDistance(x, this.rows[p]!, this.categorical, this.#precisions)
      // matern(), and its slope -2 dM/dD = 5/3 (1 + r) exp(-r), with their one exponential shared.
      const r = Math.sqrt(5 * distance)
      const decay = signal * Math.exp(-r)
      covariances[p] = (1 + r + (r * r) / 3) * decay
      slopes[p] = (5 / 3) * (1 + r) * decay
    }
    const solved = multiply(this.#inverse, n, covariances)
    let explained = 0
    for (let p = 0; p < n; p++) explained += covariances[p]! * solved[p]!
    // Rounding may take the difference below zero where the data pin the function down.
    return { covariances, slopes, solved, variance: Math.max(signal - explained, 1e-12 * signal) }
  }

  /** Covariances of many points with the rows, one point after the other, and the variance at each point. */
  crossCovariances(points: readonly Float64Array[]): { covariances: Float64Array; variances: Float64Array } {
    const n = this.rows.length
    const { signal } = this.hyperparameters
    const covariances = new Float64Array(points.length * n)
    points.forEach((x, c) => {
      for (let p = 0; p < n; p++) covariances[c * n + p] = this.covariance(x, this.rows[p]!)
    })
    // k' K⁻¹ k = |L⁻¹ k|²: half the work of the inverse, and four points share each row of L.
    const whitened = covariances.slice()
    solveLower(this.#factor, n, whitened)
    const variances = Float64Array.from(points, (_, c) => {
      let explained = 0
      for (let p = c * n; p < (c + 1) * n; p++) explained += whitened[p]! ** 2
      return Math.max(signal - explained, 1e-12 * signal)
    })
    return { covariances, variances }
  }

  /** Posterior mean under one set of values. */
  meanAt({ covariances }: Pick<CrossCovariance, 'covariances'>, set: number): number {
    const weights = this.weightSets[set]!
    let sum = this.mean
    for (let p = 0; p < weights.length; p++) sum += covariances[p]! * weights[p]!
    return sum
  }

  /** Prior covariance of two points. */
  covariance(a: Float64Array, b: Float64Array): number {
    return this.hyperparameters.signal * matern(squaredDistance(a, b, this.categorical, this.#precisions))
  }

  /** Adds sum_p factors_p dk(x, row_p)/dx_i to `gradient`; categories have no derivative. */
  addGradient(x: Float64Array, slopes: Float64Array, factors: Float64Array, gradient: Float64Array): void {
    for (let i = 0; i < x.length; i++) {
      if (this.categorical[i]) continue
      let sum = 0
      for (let p = 0; p < factors.length; p++) sum -= factors[p]! * slopes[p]! * (x[i]! - this.rows[p]![i]!)
      gradient[i]! += sum * this.#precisions[i]!
    }
  }
}

function covarianceMatrix({ rows, categorical, noises }: ProcessData, hyper: Hyperparameters): Float64Array {
  const n = rows.length
  const precisions = hyper.lengthScales.map((length) => 1 / length ** 2)
  const matrix = new Float64Array(n * n)
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < p; q++) {
      matrix[p * n + q] = hyper.signal * matern(squaredDistance(rows[p]!, rows[q]!, categorical, precisions))
    }
    matrix[p * n + p] = hyper.signal + noises[p]!
  }
  return matrix
}

function squaredDistance(
  a: Float64Array,
  b: Float64Array,
  categorical: readonly boolean[],
  precisions: Float64Array,
): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += squaredDifference(a[i]!, b[i]!, categorical[i]!) * precisions[i]!
  return sum
}
