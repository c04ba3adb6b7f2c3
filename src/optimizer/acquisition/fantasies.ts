import { choleskyWithJitter } from '../../math/linalg.ts'
import { normalQuantile } from '../../math/normal.ts'
import type { Random } from '../../math/random.ts'
import { SobolSequence } from '../../math/sobol.ts'
import { GaussianProcess } from '../surrogates/gaussian-process.ts'

/** A model of the observations, as `GaussianProcess.condition` takes them. */
export interface ObservedProcess {
  readonly process: GaussianProcess
  readonly values: Float64Array
  readonly noises: Float64Array
}

const FANTASIES = 32
// Fantasies are values of the function itself; this only keeps the matrix regular when two pending points meet.
const FANTASY_NOISE = 1e-6

/**
 * The process given, besides the observations, joint posterior samples ("fantasies") of the values at the pending
 * points: one set of values a fantasy. Quasi-random samples, so that few are enough
 * (Wilson, Hutter and Deisenroth, "Maximizing acquisition functions for Bayesian optimization", NeurIPS 2018).
 *
 * @returns undefined when a covariance is singular.
 */
export function fantasize(
  observed: ObservedProcess,
  pending: readonly Float64Array[],
  random: Random,
): { process: GaussianProcess; fantasies: readonly Float64Array[] } | undefined {
  const { process, values, noises } = observed
  const fantasies = sampleJointly(process, pending, random)
  if (!fantasies) return undefined
  const extended = GaussianProcess.condition(
    {
      rows: [...process.rows, ...pending],
      categorical: process.categorical,
      valueSets: fantasies.map((fantasy) => Float64Array.of(...values, ...fantasy)),
      noises: Float64Array.of(...noises, ...pending.map(() => FANTASY_NOISE)),
      mean: process.mean,
    },
    process.hyperparameters,
  )
  return extended && { process: extended, fantasies }
}

function sampleJointly(
  process: GaussianProcess,
  points: readonly Float64Array[],
  random: Random,
): Float64Array[] | undefined {
  const m = points.length
  const cross = points.map((point) => process.crossCovariance(point))
  const means = cross.map((covariance) => process.meanAt(covariance, 0))
  const covariance = new Float64Array(m * m)
  for (let p = 0; p < m; p++) {
    for (let q = 0; q <= p; q++) {
      let value = process.covariance(points[p]!, points[q]!)
      for (let k = 0; k < process.rows.length; k++) value -= cross[p]!.covariances[k]! * cross[q]!.solved[k]!
      covariance[p * m + q] = value + (p === q ? FANTASY_NOISE : 0)
    }
  }
  const factor = choleskyWithJitter(covariance, m)?.factor
  if (!factor) return undefined
  const sequence = SobolSequence.scrambled(m, random)
  return Array.from({ length: FANTASIES }, (_, s) => {
    const normals = sequence.point(s).map(normalQuantile)
    return Float64Array.from(means, (mean, p) => {
      let sum = mean
      for (let q = 0; q <= p; q++) sum += factor[p * m + q]! * normals[q]!
      return sum
    })
  })
}
