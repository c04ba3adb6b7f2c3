import type { MetricConstraint } from '../../domain/metric.ts'
import { quantile, standardize } from '../../math/stats.ts'
import { awaitedOf, type History } from '../history/history.ts'
import type { Numerics } from '../numerics.ts'
import type { EncodedSpace, Point } from '../space/encode.ts'
import { featureRows, featuresOf } from '../space/features.ts'
import { GaussianProcess } from '../surrogates/gaussian-process.ts'
import { fitOnSchedule } from '../surrogates/scheduled-fit.ts'
import type { Acquisition } from './acquisition.ts'
import { believe } from './fantasies.ts'
import { logExcessReduction } from './log-excess-reduction.ts'
import { logProbabilityBelow } from './log-probability-below.ts'

// Beyond this an exact model costs seconds.
const MAX_ROWS = 500

/** By how much one side of a bound is exceeded, as a Gaussian process of its own models it. */
export interface BoundModel {
  /** Of squeezed excesses, standardized. */
  readonly process: GaussianProcess
  /** An excess of 0, as the process has it. */
  readonly limit: number
  /** What the squeezed excesses were divided by. */
  readonly scale: number
}

/**
 * Of all sides that are bounded, on the same rows: of the results, and of what is awaited, which counts as measured where it
 * is expected. Undefined where a model cannot be made.
 */
export function modelBounds(
  history: Pick<History, 'observations' | 'pending' | 'bounds'>,
  encoded: EncodedSpace,
  numerics: Numerics,
): BoundModel[] | undefined {
  const { observations, bounds } = history
  const pending = awaitedOf(history).map((point) => featuresOf(encoded, point))
  const measured = observations.flatMap(({ point, measured: one }) => (one ? [{ point, ...one }] : []))
  const kept = measured.slice(-MAX_ROWS)
  const models = bounds.flatMap((bound, k) =>
    excessesOf(bound).map((excess) => {
      const excesses = kept.map(({ bounded }) => excess(bounded[k]!))
      const errors = kept.map(({ boundedErrors }) => boundedErrors[k]!)
      const points = kept.map(({ point }) => point)
      const model = modelOf(points, squeezed(excesses, errors), encoded, numerics)
      return model && expecting(model, pending, numerics)
    }),
  )
  return models.every((model) => model !== undefined) ? models : undefined
}

/**
 * ln of the probability that each outcome constraint holds, as one acquisition a bound (Gardner et al., "Bayesian
 * optimization with inequality constraints", ICML 2014). To be added to an acquisition's logarithm.
 */
export function logFeasibility(models: readonly BoundModel[]): Acquisition[] {
  return models.map(({ process, limit }) => logProbabilityBelow(process, limit))
}

/**
 * ln of how much nearer to the bounds than any trial a point is expected to come: what is left to gain while no trial keeps
 * to all of them. The chance to keep to one is then small wherever anything is known, and largest where nothing is.
 *
 * The trial that exceeds them least, in all, is to be improved upon in each bound that it exceeds; the others are to hold.
 */
export function logApproach(models: readonly BoundModel[]): Acquisition[] {
  const nearest = nearestRow(models)
  return models.map(({ process, limit }) => {
    const [values] = process.data.valueSets
    const least = values![nearest]!
    return least > limit ? logExcessReduction(process, least, limit) : logProbabilityBelow(process, limit)
  })
}

/** The row with the smallest sum of excesses. */
function nearestRow(models: readonly BoundModel[]): number {
  const rows = [...models[0]!.process.data.rows.keys()]
  const totals = rows.map((i) =>
    models.reduce((sum, { process, limit, scale }) => {
      const [values] = process.data.valueSets
      return sum + scale * Math.max(0, values![i]! - limit)
    }, 0),
  )
  return totals.indexOf(totals.reduce((a, b) => Math.min(a, b)))
}

function modelOf(
  points: readonly Point[],
  { values, errors }: Squeezed,
  encoded: EncodedSpace,
  numerics: Numerics,
): BoundModel | undefined {
  const { values: standardized, mean, scale } = standardize(values)
  const results = points.map((point, i) => {
    const value = standardized[i]!
    const measured = { objectives: [value], errors: [errors[i]! / scale], bounded: [], boundedErrors: [] }
    return { point, value, measured: { ...measured, isFeasible: true } }
  })
  const hyperparameters = fitOnSchedule(results, encoded, numerics)[0]!
  const data = {
    ...featureRows(points, encoded),
    valueSets: [standardized],
    noises: Float64Array.from(errors, (error) => hyperparameters.noise + (error / scale) ** 2),
  }
  const process = GaussianProcess.condition(data, hyperparameters, numerics.algebra)
  return process && { process, limit: -mean / scale, scale }
}

function expecting(
  model: BoundModel,
  pending: readonly Float64Array[],
  { algebra }: Numerics,
): BoundModel | undefined {
  if (pending.length === 0) return model
  const process = believe(model.process, pending, model.process.means(pending), algebra)
  return process && { ...model, process }
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
