import { normalLogCdf, normalLogPdf } from '../../math/normal.ts'
import type { GaussianProcess } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './acquisition.ts'

/** ln P(f(x) <= limit) under a process, with its gradient. */
export function logProbabilityBelow(process: GaussianProcess, limit: number): Acquisition {
  return {
    evaluate: (points) => {
      const { means, variances } = process.posterior(points)
      return variances.map((variance, c) => normalLogCdf((limit - means[c]!) / Math.sqrt(variance)))
    },
    evaluateWithGradients: (points) => {
      const { means, variances, gradients } = process.posteriorWithGradients(points)
      const byMeans = new Float64Array(points.length)
      const byVariances = new Float64Array(points.length)
      const values = variances.map((variance, c) => {
        const sigma = Math.sqrt(variance)
        const z = (limit - means[c]!) / sigma
        const value = normalLogCdf(z)
        // d ln cdf/dz = pdf/cdf, and dz = -dmean/sigma - z dvariance/(2 variance).
        const slope = Math.exp(normalLogPdf(z) - value)
        byMeans[c] = -slope / sigma
        byVariances[c] = (-slope * z) / (2 * variance)
        return value
      })
      return { values, gradients: gradients(byMeans, byVariances) }
    },
  }
}
