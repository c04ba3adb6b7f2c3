import type { MetricConstraint, Objective } from '../../domain/metric.ts'
import type { Point } from '../space/encode.ts'

/** What a completed trial measured, as the optimizer sees it. */
export interface Measured {
  /** Smaller is better; on a logarithmic scale the logarithms. */
  readonly objectives: readonly number[]
  /** Standard errors of the objectives; 0 where none is known. */
  readonly errors: readonly number[]
  /** The metrics that are bounded, in the order of `History.bounds`. */
  readonly bounded: readonly number[]
  /** Their standard errors. */
  readonly boundedErrors: readonly number[]
  /** Whether all bounds hold. */
  readonly isFeasible: boolean
}

/** A trial that has ended and taught something. */
export interface Observation {
  readonly point: Point
  /**
   * What trials are ordered by, smaller is better; undefined for a failure. The objective where there is nothing else;
   * with outcome constraints or several objectives the place in the order of `rankOutcomes`.
   */
  readonly value: number | undefined
  /** Absent for a failure. */
  readonly measured?: Measured
  /** Of how many runs the value is the mean; 1 unless given. */
  readonly runs?: number
}

/** What a sampler may know of a study, in the order of trial numbers: no times, no workers, no finishing order. */
export interface History {
  readonly observations: readonly Observation[]
  /** Trials without a result yet, queued and running alike. */
  readonly pending: readonly Point[]
  readonly objectives: readonly Objective[]
  /** The outcome constraints. */
  readonly bounds: readonly MetricConstraint[]
  /** Whether no trial has the values of this point. */
  readonly isNew: (point: Point) => boolean
}

/** Of all trials that have a result, and of all that are awaited. */
export function pointsOf({ observations, pending }: Pick<History, 'observations' | 'pending'>): Point[] {
  return [...observations.map(({ point }) => point), ...pending]
}

/** What an observation says of one of several objectives, its standard error included. */
export function ofObjective(one: Observation, k: number): Observation {
  if (!one.measured) return one
  const value = one.measured.objectives[k]!
  const measured = { ...one.measured, objectives: [value], errors: [one.measured.errors[k]!] }
  return { ...one, value, measured }
}

// A model of more imagined rows would be slow, and each trial more tells less.
const MOST_AWAITED = 64

/** The trials without a result that a model counts: the newest, where there are very many. */
export function awaitedOf({ pending }: Pick<History, 'pending'>): readonly Point[] {
  return pending.slice(-MOST_AWAITED)
}
