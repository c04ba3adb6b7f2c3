import { logImprovement, normalLogCdf, normalLogPdf } from '../../math/normal.ts'
import type { GaussianProcess } from '../surrogates/gaussian-process.ts'

/** How much a point promises; larger is better. */
export interface Acquisition {
  readonly evaluate: (features: Float64Array) => number
  /** The same for many points, to rounding; cheaper by the point. */
  readonly evaluateAll: (points: readonly Float64Array[]) => Float64Array
  /** The same, with the gradient in the features written to `gradient`; 0 for categories. */
  readonly evaluateWithGradient: (features: Float64Array, gradient: Float64Array) => number
}

/**
 * ln of the expected improvement on the incumbent, averaged over the process's sets of values:
 * ln mean_s sigma h(z_s), z_s = (b_s - mu_s) / sigma (Ament et al., NeurIPS 2023).
 *
 * @param incumbents b_s, the value to improve on under each set.
 */
export function logExpectedImprovement(process: GaussianProcess, incumbents: ArrayLike<number>): Acquisition {
  const sets = process.weightSets.length
  const logs = new Float64Array(sets)
  const zs = new Float64Array(sets)

  const averageOver = (covariances: Float64Array, variance: number) => {
    const sigma = Math.sqrt(variance)
    let largest = Number.NEGATIVE_INFINITY
    for (let s = 0; s < sets; s++) {
      zs[s] = (incumbents[s]! - process.meanAt({ covariances }, s)) / sigma
      logs[s] = logImprovement(zs[s]!)
      largest = Math.max(largest, logs[s]!)
    }
    let total = 0
    for (let s = 0; s < sets; s++) total += Math.exp(logs[s]! - largest)
    return { sigma, largest, total, value: Math.log(sigma) + largest + Math.log(total / sets) }
  }
  const evaluateAt = (features: Float64Array) => {
    const cross = process.crossCovariance(features)
    return { cross, ...averageOver(cross.covariances, cross.variance) }
  }

  return {
    evaluate: (features) => evaluateAt(features).value,
    evaluateAll: (points) => {
      const n = process.rows.length
      const { covariances, variances } = process.crossCovariances(points)
      return variances.map(
        (variance, c) => averageOver(covariances.subarray(c * n, (c + 1) * n), variance).value,
      )
    },
    evaluateWithGradient: (features, gradient) => {
      const { cross, sigma, largest, total, value } = evaluateAt(features)
      const factors = new Float64Array(process.rows.length)
      let spread = 0
      for (let s = 0; s < sets; s++) {
        const share = Math.exp(logs[s]! - largest) / total
        // d ln(sigma h(z)) = -cdf/h dmu/sigma + pdf/h dsigma/sigma, both ratios taken in logs.
        const towards = (-share * Math.exp(normalLogCdf(zs[s]!) - logs[s]!)) / sigma
        spread += share * Math.exp(normalLogPdf(zs[s]!) - logs[s]!)
        const weights = process.weightSets[s]!
        for (let p = 0; p < factors.length; p++) factors[p]! += towards * weights[p]!
      }
      // dsigma = -solved dk / sigma.
      const narrowing = -spread / (sigma * sigma)
      for (let p = 0; p < factors.length; p++) factors[p]! += narrowing * cross.solved[p]!
      gradient.fill(0)
      process.addGradient(features, cross.slopes, factors, gradient)
      return value
    },
  }
}
