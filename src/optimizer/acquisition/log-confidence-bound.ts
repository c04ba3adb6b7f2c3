import type { GaussianProcess, Posterior } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './log-expected-improvement.ts'

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
  const { sets } = process
  const zs = new Float64Array(sets)
  const averageAt = ({ means, variances }: Posterior, c: number) => {
    const sigma = Math.sqrt(variances[c]!)
    let largest = Number.NEGATIVE_INFINITY
    for (let s = 0; s < sets; s++) {
      zs[s] = incumbents[s]! - means[s * variances.length + c]! + beta * sigma
      largest = Math.max(largest, logSoftplus(zs[s]!))
    }
    let total = 0
    for (let s = 0; s < sets; s++) total += Math.exp(logSoftplus(zs[s]!) - largest)
    return { sigma, largest, total, value: largest + Math.log(total / sets) }
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
          const log = logSoftplus(zs[s]!)
          // d ln softplus(z) = sigmoid(z) / softplus(z) dz, times the share of this set in the mean.
          const slope = (Math.exp(log - largest) / total) * Math.exp(logSigmoid(zs[s]!) - log)
          byMeans[s * m + c] = -slope
          byVariances[c]! += (slope * beta) / (2 * sigma)
        }
      }
      return { values, gradients: posterior.gradients(byMeans, byVariances) }
    },
  }
}

/** Far below 0 a softplus is e^z, far above it z. */
function logSoftplus(z: number): number {
  if (z < -30) return z
  return Math.log(z > 30 ? z : Math.log1p(Math.exp(z)))
}

function logSigmoid(z: number): number {
  return z < 0 ? z - Math.log1p(Math.exp(z)) : -Math.log1p(Math.exp(-z))
}
