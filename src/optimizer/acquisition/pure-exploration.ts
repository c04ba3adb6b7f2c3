import type { LinearAlgebra } from '../../math/linear-algebra.ts'
import type { Random } from '../../math/random.ts'
import type { GaussianProcess } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './acquisition.ts'
import { believe } from './fantasies.ts'
import { BETA } from './log-confidence-bound.ts'
import { logDeviation } from './log-deviation.ts'
import { sumOf } from './sum.ts'

// Places that are hopeful when their mean is lowered by half a deviation. A mean above that by a tenth costs as much as a
// deviation 1/e as large.
const OPTIMISM = 0.5
const PENALTY = 10
// So many times as much is awaited as known. Eight workers are never so far ahead of a model, and found more without.
const OUTRUN = 3

/**
 * Whether a proposal only looks around. What is done at a time cannot build on each other: while far more is awaited than
 * known, as large a part of the proposals as of all trials had better learn something for those to come.
 */
export function isOutrun(pending: number, results: number, random: Random): boolean {
  return pending > OUTRUN * results && random.uniform() < pending / (pending + results)
}

/**
 * The exploring step of UCB-PE (Contal, Buffoni, Robicquet and Vayatis, "Parallel Gaussian process optimization with upper
 * confidence bound and pure exploration", ECML 2013; with the soft border of Vizier's sampler, Song et al. 2024): where
 * least is known, the trials without a result counted as known, among the places that may be better than the most
 * promising one is expected to be.
 *
 * @param process of the results. @param pending features of the trials without one. @param best of the best ones with one.
 * @returns undefined when a covariance is singular.
 */
export function explorePending(
  process: GaussianProcess,
  pending: readonly Float64Array[],
  best: readonly Float64Array[],
  algebra: LinearAlgebra,
): Acquisition | undefined {
  // Variances do not depend on values.
  const awaited = believe(process, pending, process.posterior(pending).means, algebra)
  if (!awaited) return undefined
  const threshold = meanOfMostPromising(process, [...best, ...pending])
  return sumOf([logDeviation(awaited), logHope(process, threshold)])
}

/** Of the point that may come to the lowest value. */
function meanOfMostPromising(process: GaussianProcess, points: readonly Float64Array[]): number {
  const { means, variances } = process.posterior(points)
  const bounds = means.map((mean, c) => mean - BETA * Math.sqrt(variances[c]!))
  return means[bounds.indexOf(Math.min(...bounds))]!
}

/**
 * ln of a weight that is 1 where there is hope.
 *
 * @param threshold what a hopeful place's lowered mean is below, standardized as the values are.
 */
function logHope(process: GaussianProcess, threshold: number): Acquisition {
  const excessOf = (mean: number, variance: number) =>
    Math.max(mean - OPTIMISM * Math.sqrt(variance) - threshold, 0)
  return {
    evaluate: (points) => {
      const { means, variances } = process.posterior(points)
      return means.map((mean, c) => -PENALTY * excessOf(mean, variances[c]!))
    },
    evaluateWithGradients: (points) => {
      const { means, variances, gradients } = process.posteriorWithGradients(points)
      const excess = points.map((_, c) => excessOf(means[c]!, variances[c]!))
      const byMeans = Float64Array.from(excess, (above) => (above > 0 ? -PENALTY : 0))
      const byVariances = byMeans.map((slope, c) => (-OPTIMISM * slope) / (2 * Math.sqrt(variances[c]!)))
      return {
        values: Float64Array.from(excess, (above) => -PENALTY * above),
        gradients: gradients(byMeans, byVariances),
      }
    },
  }
}
