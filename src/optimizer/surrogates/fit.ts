/**
 * Hyperparameters by maximum a posteriori.
 *
 *   n, d      observations, dimensions            theta   ln l_1 .. ln l_d, ln noise, ln signal
 *   delta_i   squared difference in dimension i   M       Matérn 5/2 of D = sum_i delta_i / l_i²
 *   K         signal M + noise I                  c       mean, 1'K⁻¹y / 1'K⁻¹1
 *   a         K⁻¹(y - c)                          W       a a' - K⁻¹
 *
 * Minimized: N = 1/2 (y - c)'a + 1/2 ln det K + penalties, with dN/dtheta_j = -1/2 sum_pq W_pq dK_pq/dtheta_j
 * (Rasmussen and Williams 2006, eq. 5.9; c is at its optimum, so its own derivative drops out).
 */
import { minimizeInBox } from '../../math/lbfgs.ts'
import { choleskyInPlace, choleskyInverse, dot, logDeterminant, multiply } from '../../math/linalg.ts'
import type { Random } from '../../math/random.ts'
import { squaredDifference } from './distance.ts'
import { lengthScalePrior, NOISE_PRIOR, type Prior, SIGNAL_PRIOR } from './priors.ts'

export interface Hyperparameters {
  /** One a dimension, in units of the axis. */
  readonly lengthScales: Float64Array
  readonly noise: number
  readonly signal: number
}

export interface TrainingData {
  /** n rows of d features. */
  readonly rows: readonly Float64Array[]
  /** n standardized values, to be minimized. */
  readonly values: Float64Array
  /** Which dimensions hold categories, of which only equality counts. */
  readonly categorical: readonly boolean[]
}

const FIT = { maxIterations: 40, valueTolerance: 1e-7, gradientTolerance: 1e-4 }
// The start is near the end already: what is left is to move with the rows that were added.
const REFINE = { maxIterations: 10, valueTolerance: 1e-4, gradientTolerance: 1e-2 }

/**
 * Fits the first of nested selections of the rows from several starts, and refines the winner on each further one
 * that is larger. The cost is that of a few evaluations on all rows instead of a hundred.
 */
export function fitHyperparameters(
  [first, ...larger]: readonly TrainingData[],
  random: Random,
): Hyperparameters {
  if (!first) throw new Error('A fit needs data.')
  let theta = fitFromSeveral(first, random)
  let rows = first.rows.length
  for (const data of larger) {
    if (data.rows.length <= rows) continue
    rows = data.rows.length
    theta = minimizeInBox(new FitObjective(data), theta, REFINE).x
  }
  return toHyperparameters(theta)
}

/** The best of the fits from a smooth start and some random ones; the smooth start itself where none succeeds. */
function fitFromSeveral(data: TrainingData, random: Random): Float64Array {
  const objective = new FitObjective(data)
  let best = { theta: objective.start(), value: Number.POSITIVE_INFINITY }
  for (const start of objective.starts(random)) {
    const { x, value } = minimizeInBox(objective, start, FIT)
    if (value < best.value) best = { theta: x, value }
  }
  return best.theta
}

export function toHyperparameters(theta: Float64Array): Hyperparameters {
  const d = theta.length - 2
  return {
    lengthScales: theta.subarray(0, d).map(Math.exp),
    noise: Math.exp(theta[d]!),
    signal: Math.exp(theta[d + 1]!),
  }
}

/** N and its gradient; exported for the test against finite differences. */
export class FitObjective {
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly #n: number
  readonly #d: number
  readonly #values: Float64Array
  readonly #priors: readonly Prior[]
  /** delta_i of the pairs (p, q), q < p, row after row. */
  readonly #deltas: readonly Float64Array[]

  constructor({ rows, values, categorical }: TrainingData) {
    this.#n = rows.length
    this.#d = categorical.length
    this.#values = values
    this.#deltas = categorical.map((isCategory, i) => pairwise(rows, i, isCategory))
    this.#priors = [...categorical.map(() => lengthScalePrior(this.#d)), NOISE_PRIOR, SIGNAL_PRIOR]
    this.lower = Float64Array.from(this.#priors, ({ lower }) => lower)
    this.upper = Float64Array.from(this.#priors, ({ upper }) => upper)
  }

  /** Smooth, and sure of the data: a fit from here finds structure before it finds noise. */
  start(): Float64Array {
    const lengthScale = Math.log(0.5 * Math.sqrt(this.#d))
    return Float64Array.from(this.#priors, (_, i) =>
      i < this.#d ? lengthScale : i === this.#d ? Math.log(0.01) : 0,
    )
  }

  starts(random: Random): Float64Array[] {
    const rough = this.start().map((theta, i) => (i < this.#d ? theta - Math.log(4) : theta))
    const drawn = this.start().map((theta, i) => (i < this.#d ? theta + random.normal() - 0.7 : theta))
    return [this.start(), rough, drawn]
  }

  readonly evaluate = (theta: Float64Array, gradient: Float64Array): number => {
    const [n, d] = [this.#n, this.#d]
    const { lengthScales, noise, signal } = toHyperparameters(theta)
    const weights = lengthScales.map((length) => 1 / length ** 2)
    const correlation = new Float64Array((n * (n - 1)) / 2)
    const slope = new Float64Array(correlation.length)
    this.#correlate(weights, correlation, slope)

    const factor = factorize(correlation, signal, noise, n)
    if (!factor) return Number.POSITIVE_INFINITY
    const inverse = choleskyInverse(factor, n)
    const { residual, solved } = profileMean(inverse, n, this.#values)
    const value = 0.5 * dot(residual, solved) + 0.5 * logDeterminant(factor, n)

    let [traceW, signalPart] = [0, 0]
    for (let p = 0, pair = 0; p < n; p++) {
      const diagonal = solved[p]! ** 2 - inverse[p * n + p]!
      traceW += diagonal
      signalPart += 0.5 * diagonal
      for (let q = 0; q < p; q++, pair++) {
        const w = solved[p]! * solved[q]! - inverse[p * n + q]!
        signalPart += w * correlation[pair]!
        slope[pair]! *= w * signal
      }
    }
    for (let i = 0; i < d; i++) gradient[i] = -weights[i]! * dot(slope, this.#deltas[i]!)
    gradient[d] = -0.5 * noise * traceW
    gradient[d + 1] = -signal * signalPart
    return value + this.#penalize(theta, gradient)
  }

  #correlate(weights: Float64Array, correlation: Float64Array, slope: Float64Array): void {
    const distance = correlation
    for (const [i, delta] of this.#deltas.entries()) {
      const weight = weights[i]!
      for (let pair = 0; pair < distance.length; pair++) distance[pair]! += weight * delta[pair]!
    }
    for (let pair = 0; pair < distance.length; pair++) {
      // matern(), and the slope -2 dM/dD = 5/3 (1 + r) exp(-r), finite at D = 0, with their one exponential shared.
      const r = Math.sqrt(5 * distance[pair]!)
      const decay = Math.exp(-r)
      correlation[pair] = (1 + r + (r * r) / 3) * decay
      slope[pair] = (5 / 3) * (1 + r) * decay
    }
  }

  #penalize(theta: Float64Array, gradient: Float64Array): number {
    let penalty = 0
    this.#priors.forEach((prior, i) => {
      penalty += prior.penalty(theta[i]!)
      gradient[i]! += prior.gradient(theta[i]!)
    })
    return penalty
  }
}

/** The Cholesky factor of K; undefined when K is not positive definite. */
function factorize(
  correlation: Float64Array,
  signal: number,
  noise: number,
  n: number,
): Float64Array | undefined {
  const covariance = new Float64Array(n * n)
  for (let p = 0, pair = 0; p < n; p++) {
    for (let q = 0; q < p; q++, pair++) covariance[p * n + q] = signal * correlation[pair]!
    covariance[p * n + p] = signal + noise
  }
  return choleskyInPlace(covariance, n) ? covariance : undefined
}

/** The generalized least squares mean c, y - c, and K⁻¹(y - c). */
export function profileMean(
  inverse: Float64Array,
  n: number,
  values: Float64Array,
): { mean: number; residual: Float64Array; solved: Float64Array } {
  const rowSums = multiply(inverse, n, new Float64Array(n).fill(1))
  const total = rowSums.reduce((sum, value) => sum + value, 0)
  const mean = dot(rowSums, values) / total
  const residual = values.map((value) => value - mean)
  return { mean, residual, solved: multiply(inverse, n, residual) }
}

function pairwise(rows: readonly Float64Array[], i: number, isCategory: boolean): Float64Array {
  const deltas = new Float64Array((rows.length * (rows.length - 1)) / 2)
  let pair = 0
  for (let p = 0; p < rows.length; p++) {
    for (let q = 0; q < p; q++, pair++)
      deltas[pair] = squaredDifference(rows[p]![i]!, rows[q]![i]!, isCategory)
  }
  return deltas
}
