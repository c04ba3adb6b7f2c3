import { logImprovement, normalLogCdf, normalLogPdf } from '../../math/normal.ts'
import type { GaussianProcess } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './acquisition.ts'

/**
 * ln E[(from - max(f(x), to))+] under a process, with its gradient: how much nearer than `from` to a limit a value is
 * expected to come. What lies beyond the limit counts for nothing, or the largest slack would be looked for.
 *
 * @param from above `to`.
 */
export function logExcessReduction(process: GaussianProcess, from: number, to: number): Acquisition {
  const partsOf = (mean: number, variance: number) => {
    const sigma = Math.sqrt(variance)
    return reduction((from - mean) / sigma, (to - mean) / sigma, sigma)
  }
  return {
    evaluate: (points) => {
      const { means, variances } = process.posterior(points)
      return variances.map((variance, c) => partsOf(means[c]!, variance).value)
    },
    evaluateWithGradients: (points) => {
      const { means, variances, gradients } = process.posteriorWithGradients(points)
      const parts = Array.from(variances, (variance, c) => partsOf(means[c]!, variance))
      const listOf = (part: 'value' | 'byMean' | 'byVariance') => Float64Array.from(parts, (one) => one[part])
      return { values: listOf('value'), gradients: gradients(listOf('byMean'), listOf('byVariance')) }
    },
  }
}

/**
 * sigma (h(z) - h(limit)), h being the expected improvement of a standard normal variable, and d/dmean and d/dvariance of
 * its logarithm. All relative to h(z), for each may be too small for a number.
 */
function reduction(z: number, limit: number, sigma: number) {
  const improvement = logImprovement(z)
  const share = (log: number) => Math.exp(log - improvement)
  const left = Math.max(-Math.expm1(logImprovement(limit) - improvement), Number.EPSILON)
  return {
    value: Math.log(sigma) + improvement + Math.log(left),
    byMean: -(share(normalLogCdf(z)) - share(normalLogCdf(limit))) / (sigma * left),
    byVariance: (share(normalLogPdf(z)) - share(normalLogPdf(limit))) / (2 * sigma * sigma * left),
  }
}
