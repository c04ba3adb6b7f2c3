import { logImprovement, normalLogCdf, normalLogPdf } from '../../math/normal.ts'
import type { GaussianProcess } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './acquisition.ts'
import { logMeanOverSets, type Utility } from './log-mean-over-sets.ts'

// d ln(sigma h(z)) = -cdf/h dmu/sigma + pdf/h dsigma/sigma, both ratios taken in logs.
const IMPROVEMENT: Utility = {
  z: (incumbent, mean, sigma) => (incumbent - mean) / sigma,
  log: logImprovement,
  logScale: Math.log,
  byMean: (share, z, log, sigma) => (-share * Math.exp(normalLogCdf(z) - log)) / sigma,
  byVariance: (share, z, log, sigma) => (share * Math.exp(normalLogPdf(z) - log)) / (2 * sigma * sigma),
}

/**
 * ln of the expected improvement on the incumbent, averaged over the process's sets of values:
 * ln mean_s sigma h(z_s), z_s = (b_s - mu_s) / sigma (Ament et al., NeurIPS 2023).
 *
 * @param incumbents b_s, the value to improve on under each set.
 */
export function logExpectedImprovement(process: GaussianProcess, incumbents: ArrayLike<number>): Acquisition {
  return logMeanOverSets(process, incumbents, IMPROVEMENT)
}
