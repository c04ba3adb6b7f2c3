/**
 * What a model leaves unexplained of a result is in part the noise of the run, in part the point's own: it comes again
 * with each run of that point and tells nothing about others. So a tried point is expected to come to the model's mean
 * and a part of what its results differ from that, the larger the more runs there are.
 */
import type { GaussianProcess } from './gaussian-process.ts'

// A single run of each point cannot tell the two apart. Recommendations on noisy tables were as good with a twentieth to
// three tenths (bench/optimizer/EXPERIMENTS.md); repeats gain the more the larger it is.
const OWN_SHARE = 0.2

/** Variances of what a model with this noise leaves unexplained of the mean of several runs of a point. */
export function rowNoises(
  noise: number,
  { runs, noises }: { readonly runs: Float64Array; readonly noises: Float64Array },
): Float64Array {
  return noises.map((known, p) => noise * (OWN_SHARE + (1 - OWN_SHARE) / runs[p]!) + known)
}

/** What each row would come to in the mean of endless runs, expected by a process whose noises are `rowNoises`. */
export function triedMeans({ data, weights, hyperparameters }: GaussianProcess): Float64Array {
  const own = OWN_SHARE * hyperparameters.noise
  // K⁻¹(y - c) times a variance is the part of the residual that is due to it.
  return data.valueSets[0]!.map((value, p) => value - (data.noises[p]! - own) * weights[p]!)
}

/** Variance of a single run around what its point comes to in the mean. */
export function runNoise({ hyperparameters }: GaussianProcess): number {
  return (1 - OWN_SHARE) * hyperparameters.noise
}

/** What several points are expected to come to in the mean of endless runs. */
export interface Beliefs {
  readonly means: Float64Array
  /** m x m. */
  readonly covariance: Float64Array
}

/** @param tried rows of the process. @param others features of points that were not tried; they come last. */
export function beliefsOf(
  process: GaussianProcess,
  tried: readonly number[],
  others: readonly Float64Array[],
): Beliefs {
  const { data, hyperparameters } = process
  const own = OWN_SHARE * hyperparameters.noise
  const values = triedMeans(process)
  const points = [...tried.map((p) => data.rows[p]!), ...others]
  // Var(y - own part | y), from the posterior of the process alone: what is left of it, and of each point's own part.
  const left = [...tried.map((p) => 1 - own / data.noises[p]!), ...others.map(() => 1)]
  const m = points.length
  const covariance = process
    .jointCovariance(points)
    .map((value, k) => value * left[Math.floor(k / m)]! * left[k % m]!)
  left.forEach((share, i) => {
    covariance[i * m + i] = Math.max(covariance[i * m + i]! + own * share, 0)
  })
  return { means: Float64Array.from([...tried.map((p) => values[p]!), ...process.means(others)]), covariance }
}
