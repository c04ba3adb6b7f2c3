import type { LinearAlgebra } from '../../math/linear-algebra.ts'
import type { Random } from '../../math/random.ts'
import type { GaussianProcess } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './acquisition.ts'
import { believe } from './fantasies.ts'

// Places that are hopeful when their mean is lowered by half a deviation. A mean above that by a tenth costs as much as a
// deviation 1/e as large.
const OPTIMISM = 0.5
const PENALTY = 10
// What a place may come to, for the best of them to be told: as in Vizier's sampler.
const BETA = 1.8
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
  return awaited && pureExploration(process, awaited, meanOfMostPromising(process, [...best, ...pending]))
}

function meanOfMostPromising(process: GaussianProcess, points: readonly Float64Array[]): number {
  const { means, variances } = process.posterior(points)
  const bounds = means.map((mean, c) => mean - BETA * Math.sqrt(variances[c]!))
  return means[bounds.indexOf(Math.min(...bounds))]!
}

/**
 * ln of the deviation that remains when all that is awaited will be known, where there is hope.
 *
 * @param seen of the results; says where there is hope. @param awaited of the trials without a result too.
 * @param threshold what a hopeful place's lowered mean is below, standardized as the values are.
 */
function pureExploration(seen: GaussianProcess, awaited: GaussianProcess, threshold: number): Acquisition {
  const excessOf = (mean: number, variance: number) =>
    Math.max(mean - OPTIMISM * Math.sqrt(variance) - threshold, 0)
  return {
    evaluate: (points) => {
      const { means, variances } = seen.posterior(points)
      return awaited
        .posterior(points)
        .variances.map((left, c) => 0.5 * Math.log(left) - PENALTY * excessOf(means[c]!, variances[c]!))
    },
    evaluateWithGradients: (points) => {
      const hope = seen.posteriorWithGradients(points)
      const rest = awaited.posteriorWithGradients(points)
      const excess = points.map((_, c) => excessOf(hope.means[c]!, hope.variances[c]!))
      const values = rest.variances.map((left, c) => 0.5 * Math.log(left) - PENALTY * excess[c]!)
      const byMeans = Float64Array.from(excess, (above) => (above > 0 ? -PENALTY : 0))
      const byVariances = byMeans.map((slope, c) => (-OPTIMISM * slope) / (2 * Math.sqrt(hope.variances[c]!)))
      const gradients = hope.gradients(byMeans, byVariances)
      const none = new Float64Array(awaited.sets * points.length)
      const byRest = rest.gradients(
        none,
        rest.variances.map((left) => 1 / (2 * left)),
      )
      return { values, gradients: gradients.map((slope, at) => slope + byRest[at]!) }
    },
  }
}
