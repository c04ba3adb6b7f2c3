import {
  isFeasibleOutcome,
  type Metric,
  type MetricValues,
  objectivesOf,
  toMinimized,
} from '../../domain/metric.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Trial } from '../../domain/trial.ts'
import { hypervolume, type Values } from '../../math/hypervolume.ts'
import { nonDominatedFronts } from '../history/rank.ts'

export interface ParetoFront {
  /** Trials that no other beats in every objective, by number. */
  readonly trials: readonly Trial[]
  /** What the hypervolume is measured from: `reference` of each objective, or its worst value so far. */
  readonly reference: MetricValues
  /** Volume of what the front dominates, in units of the objectives multiplied. Undefined where it costs too much. */
  readonly hypervolume?: number
}

// Front sizes by number of objectives: an exact volume of points on a sphere then took 0.1 s, in three dimensions 0.4 s.
const MOST_POINTS: readonly number[] = [0, Infinity, Infinity, 1500, 500, 200, 120, 80, 60]

/** The best trade-offs among the completed trials that keep to all outcome constraints. */
export function paretoFront({ study, trials }: StudySnapshot): ParetoFront {
  const { metrics } = study.definition
  const judged = trials.filter((trial) => isJudged(metrics, trial))
  const points = judged.map((trial) => minimized(metrics, trial.metrics!))
  const front = nonDominatedFronts(points)[0] ?? []
  const reference = referencePoint(metrics, points)
  const affordable = judged.length > 0 && front.length <= MOST_POINTS[reference.length]!
  const volume = () =>
    hypervolume(
      front.map((i) => points[i]!),
      reference,
    )
  return {
    trials: front.map((i) => judged[i]!),
    reference: judged.length > 0 ? named(metrics, reference) : {},
    ...(affordable && { hypervolume: volume() }),
  }
}

function isJudged(metrics: readonly Metric[], { state, metrics: values }: Trial): boolean {
  if (state !== 'completed' || !values || !isFeasibleOutcome(metrics, values)) return false
  return objectivesOf(metrics).every(({ name }) => Number.isFinite(values[name]))
}

function minimized(metrics: readonly Metric[], values: MetricValues): Values {
  return objectivesOf(metrics).map((objective) => toMinimized(objective, values[objective.name]!))
}

function referencePoint(metrics: readonly Metric[], points: readonly Values[]): number[] {
  return objectivesOf(metrics).map((objective, k) =>
    objective.reference === undefined
      ? points.reduce((worst, point) => Math.max(worst, point[k]!), Number.NEGATIVE_INFINITY)
      : toMinimized(objective, objective.reference),
  )
}

function named(metrics: readonly Metric[], reference: Values): MetricValues {
  return Object.fromEntries(
    objectivesOf(metrics).map((objective, k) => [objective.name, toMinimized(objective, reference[k]!)]),
  )
}
