import type { Posterior } from '../../math/linear-algebra.ts'
import type { GaussianProcess } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './acquisition.ts'

/** What a point promises under one set of values: scale(sigma) times a function of z, of which the logarithm is taken. */
export interface Utility {
  readonly z: (incumbent: number, mean: number, sigma: number) => number
  readonly log: (z: number) => number
  readonly logScale: (sigma: number) => number
  /** d log / d mean and d log / d variance, the scale's part in it too. @param share of the set in the mean. */
  readonly byMean: (share: number, z: number, log: number, sigma: number) => number
  readonly byVariance: (share: number, z: number, log: number, sigma: number) => number
}

/**
 * ln of a utility averaged over the process's sets of values, so that it neither under- nor overflows.
 *
 * @param incumbents the value to improve on under each set, standardized as the values are.
 */
export function logMeanOverSets(
  process: GaussianProcess,
  incumbents: ArrayLike<number>,
  utility: Utility,
): Acquisition {
  const { sets } = process
  const zs = new Float64Array(sets)
  const logs = new Float64Array(sets)

  const averageAt = ({ means, variances }: Posterior, c: number) => {
    const sigma = Math.sqrt(variances[c]!)
    let largest = Number.NEGATIVE_INFINITY
    for (let s = 0; s < sets; s++) {
      zs[s] = utility.z(incumbents[s]!, means[s * variances.length + c]!, sigma)
      logs[s] = utility.log(zs[s]!)
      largest = Math.max(largest, logs[s]!)
    }
    let total = 0
    for (let s = 0; s < sets; s++) total += Math.exp(logs[s]! - largest)
    return { sigma, largest, total, value: utility.logScale(sigma) + largest + Math.log(total / sets) }
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
          byMeans[s * m + c] = utility.byMean(share, zs[s]!, logs[s]!, sigma)
          byVariances[c]! += utility.byVariance(share, zs[s]!, logs[s]!, sigma)
        }
      }
      return { values, gradients: posterior.gradients(byMeans, byVariances) }
    },
  }
}
