import type { MetricConstraint } from '../../domain/metric.ts'
import { normalLogCdf, normalLogPdf } from '../../math/normal.ts'
import { quantile, standardize } from '../../math/stats.ts'
import type { EncodedSpace, Point } from '../encode.ts'
import { featuresOf } from '../features.ts'
import type { Numerics } from '../numerics.ts'
import type { History } from '../observe.ts'
import { fitOnSchedule } from '../scheduled-fit.ts'
import { GaussianProcess } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './acquisition.ts'

// Beyond this an exact model costs seconds.
const MAX_ROWS = 500

/**
 * ln of the probability that each outcome constraint holds, as one acquisition a bound: a Gaussian process of its own
 * models by how much it is exceeded (Gardner et al., "Bayesian optimization with inequality constraints", ICML 2014).
 * To be added to an acquisition's logarithm. Undefined where a model cannot be made.
 */
export function logFeasibility(
  { observations, bounds }: Pick<History, 'observations' | 'bounds'>,
  encoded: EncodedSpace,
  numerics: Numerics,
): Acquisition[] | undefined {
  const measured = observations.flatMap(({ point, measured: one }) => (one ? [{ point, ...one }] : []))
  const kept = measured.slice(-MAX_ROWS)
  const models = bounds.flatMap((bound, k) =>
    excessesOf(bound).map((excess) => {
      const excesses = kept.map(({ bounded }) => excess(bounded[k]!))
      const errors = kept.map(({ boundedErrors }) => boundedErrors[k]!)
      return modelOf(
        kept.map(({ point }) => point),
        squeezed(excesses, errors),
        encoded,
        numerics,
      )
    }),
  )
  return models.every((model) => model !== undefined) ? models : undefined
}

/** The bound is at a value of 0. */
function modelOf(
  points: readonly Point[],
  { values, errors }: Squeezed,
  encoded: EncodedSpace,
  numerics: Numerics,
): Acquisition | undefined {
  const { values: standardized, mean, scale } = standardize(values)
  const results = points.map((point, i) => {
    const value = standardized[i]!
    const measured = { objectives: [value], errors: [errors[i]! / scale], bounded: [], boundedErrors: [] }
    return { point, value, measured: { ...measured, isFeasible: true } }
  })
  const hyperparameters = fitOnSchedule(results, encoded, numerics)[0]!
  const data = {
    rows: points.map((point) => featuresOf(encoded, point)),
    categorical: encoded.free.map((index) => encoded.dimensions[index]!.kind === 'categorical'),
    valueSets: [standardized],
    noises: Float64Array.from(errors, (error) => hyperparameters.noise + (error / scale) ** 2),
  }
  const process = GaussianProcess.condition(data, hyperparameters, numerics.algebra)
  return process && logProbabilityBelow(process, -mean / scale)
}

/** By how much a value is beyond each side that is bounded; 0 and below is within. */
function excessesOf({ min, max }: MetricConstraint): ((value: number) => number)[] {
  return [
    ...(max === undefined ? [] : [(value: number) => value - max]),
    ...(min === undefined ? [] : [(value: number) => min - value]),
  ]
}

interface Squeezed {
  readonly values: readonly number[]
  /** Standard errors of the values. */
  readonly errors: readonly number[]
}

/** Logarithmic on either side of the bound, in units of the median excess: far from it, how far matters little. */
function squeezed(excesses: readonly number[], errors: readonly number[]): Squeezed {
  const sizes = excesses.map(Math.abs).filter((size) => size > 0)
  const scale =
    sizes.length > 0
      ? quantile(
          sizes.sort((a, b) => a - b),
          0.5,
        )
      : 1
  return {
    values: excesses.map((excess) => Math.sign(excess) * Math.log1p(Math.abs(excess) / scale)),
    // By the slope of that.
    errors: errors.map((error, i) => error / (scale + Math.abs(excesses[i]!))),
  }
}

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

/** The sum of acquisitions that are logarithms: of a product. */
export function sumOf(terms: readonly Acquisition[]): Acquisition {
  const [only] = terms
  if (only && terms.length === 1) return only
  const add = (parts: readonly Float64Array[]) =>
    parts.reduce((sum, part) => sum.map((value, i) => value + part[i]!))
  return {
    evaluate: (points) => add(terms.map((term) => term.evaluate(points))),
    evaluateWithGradients: (points) => {
      const parts = terms.map((term) => term.evaluateWithGradients(points))
      return {
        values: add(parts.map(({ values }) => values)),
        gradients: add(parts.map(({ gradients }) => gradients)),
      }
    },
  }
}
