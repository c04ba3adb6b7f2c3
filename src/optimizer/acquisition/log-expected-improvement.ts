import { logImprovement, normalLogCdf, normalLogPdf } from '../../math/normal.ts'
import type { GaussianProcess, Posterior } from '../surrogates/gaussian-process.ts'

/** How much points promise; larger is better. */
export interface Acquisition {
  /** One value a point. */
  readonly evaluate: (points: readonly Float64Array[]) => Float64Array
  /** The same to rounding, with the gradients in the features, one point after the other; 0 for categories. */
  readonly evaluateWithGradients: (points: readonly Float64Array[]) => {
    readonly values: Float64Array
    readonly gradients: Float64Array
  }
}

/**
 * ln of the expected improvement on the incumbent, averaged over the process's sets of values:
 * ln mean_s sigma h(z_s), z_s = (b_s - mu_s) / sigma (Ament et al., NeurIPS 2023).
 *
 * @param incumbents b_s, the value to improve on under each set.
 */
export function logExpectedImprovement(process: GaussianProcess, incumbents: ArrayLike<number>): Acquisition {
  const { sets } = process
  const logs = new Float64Array(sets)
  const zs = new Float64Array(sets)

  const averageAt = ({ means, variances }: Posterior, c: number) => {
    const sigma = Math.sqrt(variances[c]!)
    let largest = Number.NEGATIVE_INFINITY
    for (let s = 0; s < sets; s++) {
      zs[s] = (incumbents[s]! - means[s * variances.length + c]!) / sigma
      logs[s] = logImprovement(zs[s]!)
      largest = Math.max(largest, logs[s]!)
    }
    let total = 0
    for (let s = 0; s < sets; s++) total += Math.exp(logs[s]! - largest)
    return { sigma, largest, total, value: Math.log(sigma) + largest + Math.log(total / sets) }
  }

  return {
    evaluate: (points) => {
      const posterior = process.posterior(points)
      return posterior.variances.map((_, c) => averageAt(posterior, c).value)
    },
    evaluateWithGradients: (points) => {
      const m = points.length
      const posterior = process.posteriorWithGradients(points)
      const values = new Float64Array(m)
      const byMeans = new Float64Array(sets * m)
      const byVariances = new Float64Array(m)
      for (let c = 0; c < m; c++) {
        const { sigma, largest, total, value } = averageAt(posterior, c)
        values[c] = value
        for (let s = 0; s < sets; s++) {
          const share = Math.exp(logs[s]! - largest) / total
          // d ln(sigma h(z)) = -cdf/h dmu/sigma + pdf/h dsigma/sigma, both ratios taken in logs.
          byMeans[s * m + c] = (-share * Math.exp(normalLogCdf(zs[s]!) - logs[s]!)) / sigma
          byVariances[c]! += (share * Math.exp(normalLogPdf(zs[s]!) - logs[s]!)) / (2 * sigma * sigma)
        }
      }
      return { values, gradients: posterior.gradients(byMeans, byVariances) }
    },
  }
}
