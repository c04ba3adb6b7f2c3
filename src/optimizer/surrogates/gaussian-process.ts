import { flatten } from '../../math/linalg.ts'
import { type ArrangedPoints, type LinearAlgebra, slopeMatrices } from '../../math/linear-algebra.ts'
import { type Factor, factorize } from './factorize.ts'
import type { Hyperparameters } from './fit.ts'

/** What a Gaussian process is conditioned on: n rows of d features, and one or more sets of values for them. */
export interface ProcessData {
  readonly rows: readonly Float64Array[]
  readonly categorical: readonly boolean[]
  /** Each of n values. Several sets share the rows, and so the variances. */
  readonly valueSets: readonly Float64Array[]
  /** Noise variance of each row. */
  readonly noises: Float64Array
  /** Prior mean; the generalized least squares one of the first set when absent. */
  readonly mean?: number
}

/** Of the function without noise, at m points. */
export interface Posterior {
  /** s x m, a row for each set of values. */
  readonly means: Float64Array
  /** m; the same for every set. */
  readonly variances: Float64Array
}

export interface PosteriorWithGradients extends Posterior {
  /**
   * Gradients in the features, m x d, of any function of each point's means and variance; 0 for categories.
   *
   * @param byMeans s x m derivatives. @param byVariances m derivatives.
   */
  readonly gradients: (byMeans: Float64Array, byVariances: Float64Array) => Float64Array
}

/** The posterior of a Gaussian process. O(n²) a point, and many points at once cost less by the point. */
export class GaussianProcess {
  readonly data: ProcessData
  readonly hyperparameters: Hyperparameters
  readonly mean: number
  /** n x s: K⁻¹ (y - mean) of each set, side by side. */
  readonly weights: Float64Array
  readonly factor: Factor
  readonly #algebra: LinearAlgebra
  readonly #points: Float64Array
  readonly #arranged: ArrangedPoints

  private constructor(
    data: ProcessData,
    hyperparameters: Hyperparameters,
    algebra: LinearAlgebra,
    points: Float64Array,
    arranged: ArrangedPoints,
    factor: Factor,
  ) {
    this.data = data
    this.hyperparameters = hyperparameters
    this.factor = factor
    this.#algebra = algebra
    this.#points = points
    this.#arranged = arranged
    const { mean, weights } = this.#solveForWeights()
    this.mean = mean
    this.weights = weights
  }

  /**
   * @param base a process on the first rows of these, under the same hyperparameters and noises: saves its work.
   * @returns undefined when the covariance is singular in spite of jitter: use another method.
   */
  static condition(
    data: ProcessData,
    hyperparameters: Hyperparameters,
    algebra: LinearAlgebra,
    base?: GaussianProcess,
  ): GaussianProcess | undefined {
    const { noise: _, ...shape } = hyperparameters
    const kernel = { ...shape, categorical: Uint8Array.from(data.categorical, Number) }
    const points = flatten(data.rows, shape.lengthScales.length)
    const arranged = algebra.arrange(kernel, points)
    const factor = factorize(algebra, arranged, data.noises, base?.factor)
    return factor && new GaussianProcess(data, hyperparameters, algebra, points, arranged, factor)
  }

  /** Number of sets of values. */
  get sets(): number {
    return this.data.valueSets.length
  }

  /** @param points features of m points. */
  posterior(points: readonly Float64Array[]): Posterior {
    const covariances = this.#algebra.crossCovariance(this.#arranged, this.#flat(points))
    const means = this.#meansFrom(covariances)
    this.#algebra.solveTransposed(this.factor.values, this.factor.n, covariances)
    return { means, variances: this.#variancesFrom(covariances, points.length) }
  }

  /** Of the function at m points: s x m. Cheaper than with variances: O(n) a point. */
  means(points: readonly Float64Array[]): Float64Array {
    return this.#meansFrom(this.#algebra.crossCovariance(this.#arranged, this.#flat(points)))
  }

  posteriorWithGradients(points: readonly Float64Array[]): PosteriorWithGradients {
    const { n, values: factor } = this.factor
    const m = points.length
    const others = this.#flat(points)
    const slopes = new Float64Array(slopeMatrices(this.#arranged.kernel) * n * m)
    const solved = this.#algebra.crossCovariance(this.#arranged, others, slopes)
    const means = this.#meansFrom(solved)
    this.#algebra.solveTransposed(factor, n, solved)
    const variances = this.#variancesFrom(solved, m)
    this.#algebra.solve(factor, n, solved)
    const gradients = (byMeans: Float64Array, byVariances: Float64Array) => {
      // By k(x, row): the mean's derivative is its weight, the variance's -2 K⁻¹ k.
      const byCovariances = this.#algebra.product(this.#weightsBySet(), byMeans, this.sets)
      for (let p = 0, at = 0; p < n; p++) {
        for (let c = 0; c < m; c++, at++) {
          byCovariances[at]! -= 2 * byVariances[c]! * solved[at]!
        }
      }
      return this.#chain(byCovariances, slopes, others)
    }
    return { means, variances, gradients }
  }

  /** Joint posterior covariance of m points, m x m. */
  jointCovariance(points: readonly Float64Array[]): Float64Array {
    const others = this.#flat(points)
    const whitened = this.#algebra.crossCovariance(this.#arranged, others)
    this.#algebra.solveTransposed(this.factor.values, this.factor.n, whitened)
    const explained = this.#algebra.product(whitened, whitened, this.factor.n)
    const prior = this.#algebra.crossCovariance(this.#algebra.arrange(this.#arranged.kernel, others), others)
    return prior.map((covariance, at) => covariance - explained[at]!)
  }

  #flat(points: readonly Float64Array[]): Float64Array {
    return flatten(points, this.hyperparameters.lengthScales.length)
  }

  #solveForWeights(): { mean: number; weights: Float64Array } {
    const { n, values: factor } = this.factor
    const { valueSets } = this.data
    const width = valueSets.length + 1
    // R⁻ᵀ of a column of ones, and of each set.
    const whitened = new Float64Array(n * width)
    for (let p = 0; p < n; p++) {
      whitened[p * width] = 1
      for (let s = 1; s < width; s++) whitened[p * width + s] = valueSets[s - 1]![p]!
    }
    this.#algebra.solveTransposed(factor, n, whitened)
    const mean = this.data.mean ?? leastSquares(whitened, n, width)
    const weights = new Float64Array(n * valueSets.length)
    for (let p = 0, at = 0; p < n; p++) {
      for (let s = 1; s < width; s++, at++) {
        weights[at] = whitened[p * width + s]! - mean * whitened[p * width]!
      }
    }
    this.#algebra.solve(factor, n, weights)
    return { mean, weights }
  }

  #weightsBySet(): Float64Array {
    const [n, sets] = [this.factor.n, this.sets]
    if (sets === 1) return this.weights
    const bySet = new Float64Array(n * sets)
    for (let p = 0; p < n; p++) for (let s = 0; s < sets; s++) bySet[s * n + p] = this.weights[p * sets + s]!
    return bySet
  }

  #meansFrom(covariances: Float64Array): Float64Array {
    const means = this.#algebra.product(this.weights, covariances, this.factor.n)
    for (let i = 0; i < means.length; i++) means[i]! += this.mean
    return means
  }

  /** signal - |R⁻ᵀ k|². Rounding may take the difference below zero where the data pin the function down. */
  #variancesFrom(whitened: Float64Array, m: number): Float64Array {
    const { signal } = this.hyperparameters
    const explained = new Float64Array(m)
    for (let at = 0; at < whitened.length; at += m) {
      for (let c = 0; c < m; c++) explained[c]! += whitened[at + c]! ** 2
    }
    return explained.map((part) => Math.max(signal - part, 1e-12 * signal))
  }

  /**
   * From derivatives by the covariances, n x m, and what a distance in each feature takes off them: ddelta_i/dx_i =
   * 2 (x_i - row_i).
   */
  #chain(byCovariances: Float64Array, slopes: Float64Array, others: Float64Array): Float64Array {
    const { lengthScales } = this.hyperparameters
    const sums =
      slopes.length === byCovariances.length
        ? this.#sumSteps(
            byCovariances.map((by, at) => by * slopes[at]!),
            others,
          )
        : this.#sumStepsByFeature(byCovariances, slopes, others)
    const d = lengthScales.length
    return sums.map((sum, at) => (this.data.categorical[at % d] ? 0 : sum / lengthScales[at % d]! ** 2))
  }

  /** Of the steps from each point to the rows, by n x m weights of all features alike. */
  #sumSteps(weights: Float64Array, others: Float64Array): Float64Array {
    const { n } = this.factor
    const d = this.hyperparameters.lengthScales.length
    const totals = this.#algebra.product(weights, new Float64Array(n).fill(1), n)
    const sums = this.#algebra.product(weights, this.#points, n)
    for (let at = 0; at < sums.length; at++) sums[at]! -= totals[Math.floor(at / d)]! * others[at]!
    return sums
  }

  /** The same with slopes for each feature. */
  #sumStepsByFeature(byCovariances: Float64Array, slopes: Float64Array, others: Float64Array): Float64Array {
    const [points, { n }] = [this.#points, this.factor]
    const d = this.hyperparameters.lengthScales.length
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
}

/** 1ᵀK⁻¹y / 1ᵀK⁻¹1, from the whitened columns of ones and of the first set. */
function leastSquares(whitened: Float64Array, n: number, width: number): number {
  let [above, below] = [0, 0]
  for (let at = 0; at < n * width; at += width) {
    above += whitened[at]! * whitened[at + 1]!
    below += whitened[at]! ** 2
  }
  return above / below
}
