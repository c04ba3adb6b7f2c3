import type { StudySnapshot } from '../domain/events.ts'
import { scoreOf } from '../domain/metric.ts'
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
 * A trial that completed without a finite objective counts as failed. Canceled trials count as never proposed:
 * nothing was learned, and their values may be proposed again.
 */
export function observe({ study, trials }: StudySnapshot, encoded: EncodedSpace): History {
  const kept = trials.filter(({ state }) => state !== 'canceled')
  const seen = new Set(kept.map(({ params }) => keyOf(encoded, params)))
  const { metrics } = study.definition
  const observations: Observation[] = []
  const pending: Point[] = []
  for (const trial of kept) {
    const point = encode(encoded, trial.params)
    if (trial.state === 'queued' || trial.state === 'running') pending.push(point)
    else observations.push({ point, value: finite(trial.metrics && scoreOf(metrics, trial.metrics)) })
  }
  return { observations, pending, isNew: (point) => !seen.has(keyOf(encoded, decode(encoded, point))) }
}

function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
