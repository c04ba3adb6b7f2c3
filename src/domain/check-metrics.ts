import type { Fault } from './errors.ts'
import { belowScale, type Metric, type MetricConstraint, missingMetrics, objectivesOf } from './metric.ts'
import type { PrunerSpec, StoppingSpec } from './study.ts'
import type { TrialOutcome } from './trial.ts'

// Beyond this nearly every trial is on the front: nothing is left to choose by.
const OBJECTIVES_MAX = 8

export const STEP_IS_TAKEN = 'is what a curve calls its steps: choose another name'

// No result or curve could be told by these names.
const TAKEN: ReadonlyMap<string, string> = new Map([
  ['step', STEP_IS_TAKEN],
  ['__proto__', 'is a key that JSON may not have here: choose another name'],
])

/** What keeps a list of metrics from being what a study can be judged by. Paths begin with `metrics`. */
export function checkMetrics(metrics: readonly Metric[]): Fault[] {
  return [...checkNames(metrics), ...checkObjectives(metrics), ...metrics.flatMap(checkBounds)]
}

/** What keeps an outcome from saying what the study is judged by; of one that is no result, nothing does. */
export function checkResult(
  metrics: readonly Metric[],
  { state, metrics: values = {} }: Pick<TrialOutcome, 'state' | 'metrics'>,
): Fault[] {
  const missing = 'is missing, and the study is judged by it: without a number, tell `failed` or `infeasible`'
  const below = 'must not be below 0, for its scale is log'
  const lacking = state === 'completed' ? missingMetrics(metrics, values) : []
  const off = state === 'completed' || state === 'pruned' ? belowScale(metrics, values) : []
  return [
    ...lacking.map((name) => ({ path: `metrics.${name}`, message: missing })),
    ...off.map((name) => ({ path: `metrics.${name}`, message: below })),
  ]
}

/** What keeps a study of these metrics from ending as it is to. */
export function checkStopping(stopping: StoppingSpec | undefined, metrics: readonly Metric[]): Fault[] {
  if (stopping?.kind !== 'advice' || objectivesOf(metrics).length <= 1) return []
  const message = 'advice is for a single objective: remove it, and watch the hypervolume of /pareto instead'
  return [{ path: 'stopping', message }]
}

/** What keeps trials from being given up early. */
export function checkPruner(pruner: PrunerSpec): Fault[] {
  if (pruner.kind !== 'auto') return []
  const { minSteps = 0, maxSteps = Number.POSITIVE_INFINITY } = pruner
  if (minSteps < maxSteps) return []
  const message = `must be below ${maxSteps}, the steps of a whole training`
  return [{ path: 'pruner.minSteps', message }]
}

function checkNames(metrics: readonly Metric[]): Fault[] {
  return metrics.flatMap(({ name }, i) => {
    const isFirst = metrics.findIndex((metric) => metric.name === name) === i
    const message = isFirst ? TAKEN.get(name) : `${name} is listed twice: remove one`
    return message === undefined ? [] : [{ path: `metrics[${i}].name`, message }]
  })
}

function checkObjectives(metrics: readonly Metric[]): Fault[] {
  const objectives = objectivesOf(metrics)
  if (objectives.length === 0)
    return [{ path: 'metrics', message: 'no metric is an objective: give at least one a goal' }]
  if (objectives.length > OBJECTIVES_MAX) {
    const message = `at most ${OBJECTIVES_MAX} metrics can be objectives: make some constraints, or store them`
    return [{ path: 'metrics', message }]
  }
  if (objectives.length > 1)
    return metrics.flatMap((metric, i) => [...checkNoisy(metric, i), ...checkReference(metric, i)])
  return metrics.flatMap((metric, i) =>
    'goal' in metric && metric.reference !== undefined
      ? [{ path: `metrics[${i}].reference`, message: 'is for studies of several objectives: remove it' }]
      : [],
  )
}

function checkNoisy(metric: Metric, i: number): Fault[] {
  if (!('goal' in metric && metric.noisy)) return []
  const message = 'is for studies of a single objective, the only ones that run values again: remove it'
  return [{ path: `metrics[${i}].noisy`, message }]
}

function checkReference(metric: Metric, i: number): Fault[] {
  if (!('goal' in metric) || metric.scale !== 'log' || (metric.reference ?? 1) > 0) return []
  return [{ path: `metrics[${i}].reference`, message: 'must be above 0 where the scale is log' }]
}

function checkBounds(metric: Metric, i: number): Fault[] {
  if (!('role' in metric) || metric.role !== 'constraint') return []
  const message = boundsFault(metric)
  return message ? [{ path: `metrics[${i}]`, message }] : []
}

function boundsFault({ min, max }: MetricConstraint): string | undefined {
  if (min === undefined && max === undefined) return 'a constraint needs min, max or both'
  return min !== undefined && max !== undefined && min > max ? 'min must not be above max' : undefined
}
