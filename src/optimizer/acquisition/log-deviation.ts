import type { GaussianProcess } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './acquisition.ts'

/** ln of the posterior deviation, with its gradient: where least is known. */
export function logDeviation(process: GaussianProcess): Acquisition {
  return {
    evaluate: (points) => process.posterior(points).variances.map((left) => 0.5 * Math.log(left)),
    evaluateWithGradients: (points) => {
      const { variances, gradients } = process.posteriorWithGradients(points)
      const none = new Float64Array(process.sets * points.length)
      return {
        values: variances.map((left) => 0.5 * Math.log(left)),
        gradients: gradients(
          none,
          variances.map((left) => 1 / (2 * left)),
        ),
      }
    },
  }
}
