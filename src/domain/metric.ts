/** What a trial measures, and what it is measured for. This file is the only place where a sign flips. */

/** What a study searches for: one objective, or several that are traded off against each other. */
export interface Objective {
  readonly name: string
  readonly goal: 'minimize' | 'maximize'
  /** `log` where values are decades apart: models then see ratios. None is below 0. */
  readonly scale?: 'log'
  /** Of several objectives only: a value that is of no use (any more); what the hypervolume is measured from. */
  readonly reference?: number
  /** Of a single objective: whether the same values give another result each time, so that to run them again may pay. */
  readonly noisy?: boolean
}

/** An outcome constraint: a trial whose value is below `min` or above `max` is of no use. At least one is given. */
export interface MetricConstraint {
  readonly name: string
  readonly role: 'constraint'
  readonly min?: number
  readonly max?: number
}

/** Recorded, and nothing else. */
export interface StoredMetric {
  readonly name: string
  readonly role: 'store'
}

export type Metric = Objective | MetricConstraint | StoredMetric

export type MetricValues = Readonly<Record<string, number>>

/** One value as a trainer tells it, with the standard error of its estimate where that is known. */
export type Measurement = number | { readonly value: number; readonly standardError?: number | undefined }

/** What a trial ended with, as it is kept. */
export interface MeasuredMetrics {
  readonly metrics: MetricValues
  /** Of the metrics that came with one; 0 and above. */
  readonly standardErrors?: MetricValues
}

export function toMeasured(measurements: Readonly<Record<string, Measurement>>): MeasuredMetrics {
  const entries = Object.entries(measurements).map(
    ([name, told]) => [name, typeof told === 'number' ? { value: told } : told] as const,
  )
  const errors = entries.flatMap(([name, { standardError }]) =>
    standardError === undefined ? [] : [[name, standardError] as const],
  )
  return {
    metrics: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    ...(errors.length > 0 && { standardErrors: Object.fromEntries(errors) }),
  }
}

export function objectivesOf(metrics: readonly Metric[]): readonly Objective[] {
  return metrics.filter((metric) => 'goal' in metric)
}

export function constraintsOf(metrics: readonly Metric[]): readonly MetricConstraint[] {
  return metrics.filter((metric) => 'role' in metric && metric.role === 'constraint')
}

/** The objective as the optimizer sees it: smaller is better. Its own inverse. */
export function toMinimized({ goal }: Pick<Objective, 'goal'>, value: number): number {
  return goal === 'minimize' ? value : -value
}

type Axis = Pick<Objective, 'goal' | 'scale'>

// Of 0, where a logarithm has none: the least number that divides 1.
const LEAST = 2 ** -1022

/** The objective as models see it: smaller is better, and equal ratios are equal distances where its scale is logarithmic. */
export function toAxis(objective: Axis, value: number): number {
  return toMinimized(objective, objective.scale === 'log' ? Math.log(Math.max(value, LEAST)) : value)
}

/** The other way round. */
export function fromAxis(objective: Axis, place: number): number {
  const value = toMinimized(objective, place)
  return objective.scale === 'log' ? Math.min(Math.exp(value), Number.MAX_VALUE) : value
}

/** How long the standard error of a value is on that axis: as far as from the value to the end of it above. */
export function errorToAxis({ scale }: Axis, value: number, error: number): number {
  return scale === 'log' ? Math.log1p(Math.min(error / Math.max(value, LEAST), Number.MAX_VALUE)) : error
}

/** The other way round, of a value. */
export function errorFromAxis({ scale }: Axis, value: number, error: number): number {
  return scale === 'log' ? Math.min(value * Math.expm1(error), Number.MAX_VALUE) : error
}

/** How far a value is beyond a constraint, in the metric's unit; 0 where it holds, Infinity for a missing value. */
export function violationOf({ min, max }: MetricConstraint, value: number | undefined): number {
  if (value === undefined || Number.isNaN(value)) return Number.POSITIVE_INFINITY
  const below = min === undefined ? 0 : min - value
  const above = max === undefined ? 0 : value - max
  return Math.max(below, above, 0)
}

export function isFeasibleOutcome(metrics: readonly Metric[], values: MetricValues): boolean {
  return constraintsOf(metrics).every((constraint) => violationOf(constraint, values[constraint.name]) === 0)
}

/**
 * The one number that trials are compared by, smaller is better: the objective of a trial that keeps to all outcome
 * constraints. Undefined for any other, and in a study of several objectives.
 */
export function scoreOf(metrics: readonly Metric[], values: MetricValues): number | undefined {
  const [objective, ...others] = objectivesOf(metrics)
  const value = values[objective!.name]
  const compares = others.length === 0 && value !== undefined && isFeasibleOutcome(metrics, values)
  return compares ? toMinimized(objective!, value) : undefined
}

/** Those of some values that have one of these names. */
export function onlyNamed(names: readonly string[], values: MetricValues): MetricValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)))
}

/** The metrics without which a trial says nothing: objectives and constraints that have no finite value. */
export function missingMetrics(metrics: readonly Metric[], values: MetricValues): string[] {
  return wantedMetrics(metrics).filter((name) => !Number.isFinite(values[name]))
}

/** Whether the scale of an objective has no place for a value. */
export function isBelowScale({ scale }: Pick<Objective, 'scale'>, value: number): boolean {
  return scale === 'log' && value < 0
}

/** Names of the objectives whose scale has no place for their value. */
export function belowScale(metrics: readonly Metric[], values: MetricValues): string[] {
  return objectivesOf(metrics).flatMap((one) => (isBelowScale(one, values[one.name]!) ? [one.name] : []))
}

/** Names of those that a completed trial has to tell. */
export function wantedMetrics(metrics: readonly Metric[]): string[] {
  return [...objectivesOf(metrics), ...constraintsOf(metrics)].map(({ name }) => name)
}
