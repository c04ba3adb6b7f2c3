import type { StudySnapshot } from '../domain/events.ts'
import { type Metric, scoreOf } from '../domain/metric.ts'
import type { ParameterValues } from '../domain/search-space.ts'
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
export function observe(snapshot: StudySnapshot, encoded: EncodedSpace): History {
  const kept = snapshot.trials.filter(({ state, observations: told }) => state !== 'canceled' || told)
  // Each only for a sampler that asks: a study may have 100,000 trials, and a design looks at none of them.
  let results: Pick<History, 'observations' | 'pending'> | undefined
  const learned = () => (results ??= resultsOf(kept, snapshot, encoded))
  return {
    get observations() {
      return learned().observations
    },
    get pending() {
      return learned().pending
    },
    isNew: isNewAmong(kept, encoded),
  }
}

function resultsOf(
  kept: readonly Trial[],
  { study }: StudySnapshot,
  encoded: EncodedSpace,
): Pick<History, 'observations' | 'pending'> {
  const { metrics } = study.definition
  const observations: Observation[] = []
  const pending: Point[] = []
  for (const trial of kept) {
    const point = encode(encoded, trial.params)
    if (trial.state === 'queued' || trial.state === 'running') pending.push(point)
    else observations.push(...scoresIn(metrics, trial).map((value) => ({ point, value })))
  }
  return { observations, pending }
}

/** A draw from a continuous space is new at first: to compare it once is far cheaper than to index all trials. */
function isNewAmong(kept: readonly Trial[], encoded: EncodedSpace): (point: Point) => boolean {
  let index: ReadonlySet<string> | undefined
  let asked = 0
  return (point) => {
    const values = decode(encoded, point)
    if (asked++ === 0) return !kept.some(({ params }) => isEqual(encoded, params, values))
    index ??= new Set(kept.map(({ params }) => keyOf(encoded, params)))
    return !index.has(keyOf(encoded, values))
  }
}

/** As by keyOf. */
function isEqual({ dimensions }: EncodedSpace, a: ParameterValues, b: ParameterValues): boolean {
  return dimensions.every(({ name }) => a[name] === b[name])
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
