import type { StudySnapshot } from '../domain/events.ts'
import { type Metric, scoreOf } from '../domain/metric.ts'
import type { Trial } from '../domain/trial.ts'
import { decode, type EncodedSpace, encode, keyOf, type Point } from './encode.ts'

/** A trial that has ended and taught something. */
export interface Observation {
  readonly point: Point
  /** The objective, smaller is better; undefined for a failure. */
  readonly value: number | undefined
}

/** What a sampler may know of a study, in the order of trial numbers: no times, no workers, no finishing order. */
export interface History {
  readonly observations: readonly Observation[]
  /** Trials without a result yet, queued and running alike. */
  readonly pending: readonly Point[]
  /** Whether no trial has the values of this point. */
  readonly isNew: (point: Point) => boolean
}

/**
 * A pruned trial counts by what it had come to, where that is known. What was told late of a trial is one more
 * observation, in place of a failure that it disproves. A trial that completed without a finite objective counts as failed. Canceled trials count as never proposed:
 * nothing was learned, and their values may be proposed again.
 */
export function observe({ study, trials }: StudySnapshot, encoded: EncodedSpace): History {
  const kept = trials.filter(({ state, observations: told }) => state !== 'canceled' || told)
  const seen = new Set(kept.map(({ params }) => keyOf(encoded, params)))
  const { metrics } = study.definition
  const observations: Observation[] = []
  const pending: Point[] = []
  for (const trial of kept) {
    const point = encode(encoded, trial.params)
    if (trial.state === 'queued' || trial.state === 'running') pending.push(point)
    else observations.push(...scoresIn(metrics, trial).map((value) => ({ point, value })))
  }
  return { observations, pending, isNew: (point) => !seen.has(keyOf(encoded, decode(encoded, point))) }
}

function scoresIn(metrics: readonly Metric[], trial: Trial): (number | undefined)[] {
  const values = [trial, ...(trial.observations ?? [])].map((outcome) => scoreIn(metrics, outcome))
  const known = values.filter((value) => value !== undefined)
  return known.length > 0 ? known : [undefined]
}

function scoreIn(
  metrics: readonly Metric[],
  { state, metrics: values }: Pick<Trial, 'state' | 'metrics'>,
): number | undefined {
  const counts = state === 'completed' || state === 'pruned'
  return counts && values ? finite(scoreOf(metrics, values)) : undefined
}

function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
