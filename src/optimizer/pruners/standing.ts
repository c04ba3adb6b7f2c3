import {
  constraintsOf,
  errorFromAxis,
  fromAxis,
  isBelowScale,
  type MeasuredMetrics,
  type Metric,
  type MetricValues,
  objectivesOf,
  toAxis,
  violationOf,
  wantedMetrics,
} from '../../domain/metric.ts'
import { ownValue } from '../../domain/own-value.ts'
import { clamp } from '../../math/clamp.ts'
import { dominates } from '../../math/hypervolume.ts'
import { scoresOf } from '../history/rank.ts'

/** Where a trial stands: objectives as models see them, then what is bounded, as it was told; as `wantedMetrics`. */
export type Standing = readonly number[]

/** @returns undefined where one of the metrics was not told, or is not on its scale. */
export function standingOf(metrics: readonly Metric[], told: MetricValues): Standing | undefined {
  const values = wantedMetrics(metrics).map((name) => ownValue(told, name))
  if (values.includes(undefined)) return undefined
  const objectives = objectivesOf(metrics)
  if (objectives.some((objective, k) => isBelowScale(objective, values[k]!))) return undefined
  return (values as number[]).map((value, k) => (objectives[k] ? toAxis(objectives[k], value) : value))
}

/** A standing with its standard errors in the unit of each metric. */
export function inOwnUnits(
  metrics: readonly Metric[],
  standing: Standing,
  errors: readonly number[],
): Required<MeasuredMetrics> {
  const objectives = objectivesOf(metrics)
  const named = (values: readonly number[]) =>
    Object.fromEntries(wantedMetrics(metrics).map((name, k) => [name, values[k]!]))
  // JSON has no -0, which the sum turns into 0.
  const values = standing.map((place, k) => (objectives[k] ? fromAxis(objectives[k], place) : place) + 0)
  const ownErrors = errors.map((error, k) =>
    objectives[k] ? errorFromAxis(objectives[k], values[k]!, error) : error,
  )
  return { metrics: named(values), standardErrors: named(ownErrors) }
}

/** What trials compare by at a step, smaller is better. One that failed is worse than any other. */
export function scoreStandings(
  metrics: readonly Metric[],
  standings: readonly (Standing | 'failed')[],
): number[] {
  const count = objectivesOf(metrics).length
  const came = standings.filter((standing): standing is Standing => standing !== 'failed')
  const scores = scoresOf(
    metrics,
    came.map((standing) => ({ objectives: standing.slice(0, count), bounded: standing.slice(count) })),
  )
  let next = 0
  return standings.map((standing) => (standing === 'failed' ? Number.POSITIVE_INFINITY : scores[next++]!))
}

/**
 * Whether one standing leaves nothing to be had by another: it is nowhere worse and somewhere better where both keep to all
 * bounds, keeps to them where the other does not, or breaks none by more and one by less.
 */
export function beats(metrics: readonly Metric[], one: Standing, other: Standing): boolean {
  const count = objectivesOf(metrics).length
  const violationsOf = (standing: Standing) =>
    constraintsOf(metrics).map((bound, k) => violationOf(bound, standing[count + k]))
  const [own, others] = [violationsOf(one), violationsOf(other)]
  if ([...own, ...others].some((amount) => amount > 0)) return dominates(own, others)
  return dominates(one.slice(0, count), other.slice(0, count))
}

/** The best that may be hoped for, where each number may be off by its doubt. */
export function atBest(metrics: readonly Metric[], expected: Standing, doubts: readonly number[]): Standing {
  const bounds = constraintsOf(metrics)
  const count = expected.length - bounds.length
  return expected.map((value, k) => {
    const doubt = doubts[k]!
    if (k < count) return value - doubt
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds[k - count]!
    return clamp(clamp(value, min, max), value - doubt, value + doubt)
  })
}
