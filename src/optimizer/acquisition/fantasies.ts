import { choleskyWithJitter } from '../../math/linalg.ts'
import type { LinearAlgebra } from '../../math/linear-algebra.ts'
import { normalQuantile } from '../../math/normal.ts'
import type { Random } from '../../math/random.ts'
import { SobolSequence } from '../../math/sobol.ts'
import { GaussianProcess } from '../surrogates/gaussian-process.ts'

const FANTASIES = 32
// Fantasies are values of the function itself; this only keeps the matrix regular when two pending points meet.
const FANTASY_NOISE = 1e-6

/**
 * The process given, besides the observations, joint posterior samples ("fantasies") of the values at the pending
 * points: one set of values a fantasy. Quasi-random samples, so that few are enough
 * (Wilson, Hutter and Deisenroth, "Maximizing acquisition functions for Bayesian optimization", NeurIPS 2018).
 *
 * @param process with one set of values.
 * @returns undefined when a covariance is singular.
 */
export function fantasize(
  process: GaussianProcess,
  pending: readonly Float64Array[],
  random: Random,
  algebra: LinearAlgebra,
): { process: GaussianProcess; fantasies: readonly Float64Array[] } | undefined {
  const fantasies = sampleJointly(process, pending, random)
  const extended = fantasies && given(process, pending, fantasies, algebra)
  return extended && { process: extended, fantasies }
}

/**
 * The process given one set of values at the pending points, as if they had been measured without noise: where it expects
 * them, a "kriging believer" (Ginsbourger, Le Riche and Carraro, "Kriging is well-suited to parallelize optimization",
 * 2010). Undefined when a covariance is singular.
 */
export function believe(
  process: GaussianProcess,
  pending: readonly Float64Array[],
  expected: Float64Array,
  algebra: LinearAlgebra,
): GaussianProcess | undefined {
  return given(process, pending, [expected], algebra)
}

function given(
  process: GaussianProcess,
  pending: readonly Float64Array[],
  sets: readonly Float64Array[],
  algebra: LinearAlgebra,
): GaussianProcess | undefined {
  const { rows, categorical, valueSets, noises } = process.data
  const data = {
    rows: [...rows, ...pending],
    categorical,
    valueSets: sets.map((values) => Float64Array.of(...valueSets[0]!, ...values)),
    noises: Float64Array.of(...noises, ...pending.map(() => FANTASY_NOISE)),
    mean: process.mean,
  }
  return GaussianProcess.condition(data, process.hyperparameters, algebra, process)
}

function sampleJointly(
  process: GaussianProcess,
  points: readonly Float64Array[],
  random: Random,
): Float64Array[] | undefined {
  const m = points.length
  const { means } = process.posterior(points)
  const covariance = process.jointCovariance(points)
  for (let p = 0; p < m; p++) covariance[p * m + p]! += FANTASY_NOISE
  const factor = choleskyWithJitter(covariance, m)?.factor
  if (!factor) return undefined
  const sequence = SobolSequence.scrambled(m, random)
  return sequence.first(FANTASIES).map((unit) => {
    const normals = unit.map(normalQuantile)
    return means.map((mean, p) => {
      let sum = mean
      for (let q = 0; q <= p; q++) sum += factor[p * m + q]! * normals[q]!
      return sum
    })
  })
}
