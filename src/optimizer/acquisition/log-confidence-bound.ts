import type { GaussianProcess } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './acquisition.ts'
import { logMeanOverSets } from './log-mean-over-sets.ts'

// As in Vizier's sampler: enough to look around, little enough to come to an end.
export const BETA = 1.8

/**
 * ln of the softplus of how far a point's lower confidence bound, mu - beta sigma, is below the incumbent, averaged over
 * the process's sets of values: it grows with the bound (Srinivas, Krause, Kakade and Seeger, "Gaussian process
 * optimization in the bandit setting", ICML 2010, eq. 6), and is the logarithm of something positive, so that it can be
 * weighed by chances as an improvement is.
 *
 * @param incumbents one under each set, standardized as the values are.
 */
export function logConfidenceBound(
  process: GaussianProcess,
  incumbents: ArrayLike<number>,
  beta: number,
): Acquisition {
  // d ln softplus(z) = sigmoid(z) / softplus(z) dz.
  const slope = (share: number, z: number, log: number) => share * Math.exp(logSigmoid(z) - log)
  return logMeanOverSets(process, incumbents, {
    z: (incumbent, mean, sigma) => incumbent - mean + beta * sigma,
    log: logSoftplus,
    logScale: () => 0,
    byMean: (share, z, log) => -slope(share, z, log),
    byVariance: (share, z, log, sigma) => (slope(share, z, log) * beta) / (2 * sigma),
  })
}

/** Far below 0 a softplus is e^z, far above it z. */
function logSoftplus(z: number): number {
  if (z < -30) return z
  return Math.log(z > 30 ? z : Math.log1p(Math.exp(z)))
}

function logSigmoid(z: number): number {
  return z < 0 ? z - Math.log1p(Math.exp(z)) : -Math.log1p(Math.exp(-z))
}
