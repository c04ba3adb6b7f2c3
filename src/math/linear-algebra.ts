/**
 * What Gaussian processes ask of dense linear algebra. Matrices are row-major: entry (i, j) of an n x m matrix is at
 * i * m + j. Implementations agree to rounding, not to the bit, so what was computed by one is repeated by the same one;
 * each gives the same bits every time, on every machine that it runs on.
 */
export interface LinearAlgebra {
  readonly name: 'native' | 'typescript'

  /** Points as covariances with them are computed, for as many of these as are wanted. */
  readonly arrange: (kernel: Kernel, points: Float64Array) => ArrangedPoints

  /**
   * The symmetric n x n matrix of the kernel plus `noises` on the diagonal: rows and columns from `done` on are written to
   * `matrix`, in whichever triangle `cholesky` reads.
   */
  readonly covariance: (
    points: ArrangedPoints,
    noises: Float64Array,
    done: number,
    matrix: Float64Array,
  ) => void

  /** Covariances of the points with m others, n x m. */
  readonly crossCovariance: (points: ArrangedPoints, others: Float64Array) => Float64Array

  /**
   * Overwrites a triangle of the symmetric n x n matrix with its factor R, A = RᵀR. The first `done` rows and columns
   * are factored already: extending a factor gives the bits of factoring anew.
   *
   * @returns false when A is not positive definite.
   */
  readonly cholesky: (matrix: Float64Array, n: number, done: number) => boolean

  /** Of a process at m points, d features each. */
  readonly posterior: (process: ConditionedProcess, others: Float64Array) => Posterior
  readonly posteriorWithGradients: (
    process: ConditionedProcess,
    others: Float64Array,
  ) => PosteriorWithGradients

  /** Overwrites the n x m matrix X with R⁻ᵀ X. */
  readonly solveTransposed: (factor: Float64Array, n: number, x: Float64Array) => void
  /** Overwrites the n x m matrix X with R⁻¹ X. */
  readonly solve: (factor: Float64Array, n: number, x: Float64Array) => void

  /** AᵀB of a k x m and a k x n matrix. */
  readonly product: (a: Float64Array, b: Float64Array, k: number) => Float64Array

  /**
   * -ln of the evidence for the values, up to a constant: 1/2 (y - c)ᵀK⁻¹(y - c) + 1/2 ln det K, with the mean c at its
   * optimum 1ᵀK⁻¹y / 1ᵀK⁻¹1 (Rasmussen and Williams 2006, eq. 5.8 and 5.9).
   *
   * @param gradient receives d + 2 numbers, where it is wanted: by ln length scale, ln noise and ln signal.
   * @returns Infinity when K is not positive definite.
   */
  readonly evidence: (evidence: EvidenceInput, gradient?: Float64Array) => number
}

export interface ArrangedPoints {
  readonly kernel: Kernel
  readonly count: number
  /** As they were given: n of d features. */
  readonly points: Float64Array
  /** In an order of the algebra's own. */
  readonly numbers: Float64Array
}

export interface ConditionedProcess {
  readonly rows: ArrangedPoints
  /** By `cholesky` of the same algebra, of their covariance. */
  readonly factor: Float64Array
  /** n x s: K⁻¹ (y - mean) of each set of values, side by side. */
  readonly weights: Float64Array
  readonly mean: number
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

export interface EvidenceInput {
  readonly kernel: Kernel
  readonly points: Float64Array
  readonly values: Float64Array
  readonly noise: number
  /** Variance of each value besides the noise. */
  readonly extraNoises: Float64Array
}

/**
 * Matérn 5/2 of D = sum_i delta_i / l_i²; delta_i is a squared difference, or of categories 1 where they differ. A share of
 * it may be a mean of functions of one dimension each, M52(d delta_i / l_i²), which are known once each dimension is
 * (Duvenaud, Nickisch and Rasmussen, "Additive Gaussian processes", NeurIPS 2011).
 */
export interface Kernel {
  /** d of 0 or 1. */
  readonly categorical: Uint8Array
  /** d, in units of the axis. */
  readonly lengthScales: Float64Array
  readonly signal: number
  /** In [0, 1). */
  readonly additiveShare: number
}
