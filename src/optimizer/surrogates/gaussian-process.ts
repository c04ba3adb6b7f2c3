import { flatten } from '../../math/linalg.ts'
import type {
  ArrangedPoints,
  ConditionedProcess,
  LinearAlgebra,
  Posterior,
  PosteriorWithGradients,
} from '../../math/linear-algebra.ts'
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

/** The posterior of a Gaussian process. O(n²) a point, and many points at once cost less by the point. */
export class GaussianProcess {
  readonly data: ProcessData
  readonly hyperparameters: Hyperparameters
  readonly mean: number
  /** n x s: K⁻¹ (y - mean) of each set, side by side. */
  readonly weights: Float64Array
  readonly factor: Factor
  readonly #algebra: LinearAlgebra
  readonly #rows: ArrangedPoints

  private constructor(
    data: ProcessData,
    hyperparameters: Hyperparameters,
    algebra: LinearAlgebra,
    rows: ArrangedPoints,
    factor: Factor,
  ) {
    this.data = data
    this.hyperparameters = hyperparameters
    this.factor = factor
    this.#algebra = algebra
    this.#rows = rows
    const { mean, weights } = this.#solveForWeights()
    this.mean = mean
    this.weights = weights
  }

  /**
   * @param base a process under the same hyperparameters: saves the work on the first rows, as many as both have.
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
    const rows = algebra.arrange(kernel, flatten(data.rows, shape.lengthScales.length))
    const known = base && { factor: base.factor, rows: sharedRows(base.data, data) }
    const factor = factorize(algebra, rows, data.noises, known)
    return factor && new GaussianProcess(data, hyperparameters, algebra, rows, factor)
  }

  /** Number of sets of values. */
  get sets(): number {
    return this.data.valueSets.length
  }

  /** @param points features of m points. */
  posterior(points: readonly Float64Array[]): Posterior {
    return this.#algebra.posterior(this.#conditioned, this.#flat(points))
  }

  /** Of the function at m points: s x m. Cheaper than with variances: O(n) a point. */
  means(points: readonly Float64Array[]): Float64Array {
    return this.#meansFrom(this.#algebra.crossCovariance(this.#rows, this.#flat(points)))
  }

  posteriorWithGradients(points: readonly Float64Array[]): PosteriorWithGradients {
    return this.#algebra.posteriorWithGradients(this.#conditioned, this.#flat(points))
  }

  /** Joint posterior covariance of m points, m x m. */
  jointCovariance(points: readonly Float64Array[]): Float64Array {
    const others = this.#flat(points)
    const whitened = this.#algebra.crossCovariance(this.#rows, others)
    this.#algebra.solveTransposed(this.factor.values, this.factor.n, whitened)
    const explained = this.#algebra.product(whitened, whitened, this.factor.n)
    const prior = this.#algebra.crossCovariance(this.#algebra.arrange(this.#rows.kernel, others), others)
    return prior.map((covariance, at) => covariance - explained[at]!)
  }

  /**
   * Posterior of the function's mean over each of some groups of points: one column of covariances a group, where their joint
   * covariance has one a point.
   */
  averages(groups: readonly (readonly Float64Array[])[]): Posterior {
    const { n, values: factor } = this.factor
    const covariances = new Float64Array(n * groups.length)
    const priors = groups.map((points, g) => {
      const others = this.#flat(points)
      const perRow = rowMeans(this.#algebra.crossCovariance(this.#rows, others), points.length)
      for (let p = 0; p < n; p++) covariances[p * groups.length + g] = perRow[p]!
      const prior = this.#algebra.crossCovariance(this.#algebra.arrange(this.#rows.kernel, others), others)
      return rowMeans(prior, prior.length)[0]!
    })
    const means = this.#meansFrom(covariances)
    this.#algebra.solveTransposed(factor, n, covariances)
    const variances = Float64Array.from(priors)
    covariances.forEach((part, at) => {
      variances[at % groups.length]! -= part ** 2
    })
    return { means, variances }
  }

  get #conditioned(): ConditionedProcess {
    const { weights, mean } = this
    return { rows: this.#rows, factor: this.factor.values, weights, mean }
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

  #meansFrom(covariances: Float64Array): Float64Array {
    const means = this.#algebra.product(this.weights, covariances, this.factor.n)
    for (let i = 0; i < means.length; i++) means[i]! += this.mean
    return means
  }
}

/** Of a matrix of rows of m. */
function rowMeans(matrix: Float64Array, m: number): Float64Array {
  return Float64Array.from(
    { length: matrix.length / m },
    (_, row) => matrix.subarray(row * m, (row + 1) * m).reduce((sum, value) => sum + value, 0) / m,
  )
}

/** How many of the first rows of both, and their noises, are the same. */
function sharedRows(a: ProcessData, b: ProcessData): number {
  const most = Math.min(a.rows.length, b.rows.length)
  if (a.categorical.some((isCategory, i) => isCategory !== b.categorical[i])) return 0
  for (let p = 0; p < most; p++) {
    if (a.noises[p] !== b.noises[p] || !isSame(a.rows[p]!, b.rows[p]!)) return p
  }
  return most
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a === b || a.every((feature, i) => feature === b[i])
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
