import { HoneError } from '../domain/errors.ts'
import type { StudySnapshot } from '../domain/events.ts'
import type { StudyId } from '../domain/ids.ts'
import { objectivesOf, toMinimized } from '../domain/metric.ts'
import type { Trial } from '../domain/trial.ts'
import { fitSurrogate, MIN_RESULTS, type Surrogate } from '../optimizer/analysis/surrogate.ts'
import type { ServiceDeps } from './deps.ts'
import { loadHistory } from './load-history.ts'

/** Explanations are functions of the recorded history: the same revision gives the same answer. */
export interface Subject {
  readonly snapshot: StudySnapshot
  readonly metric: string
  /** Completed trials that have this objective, the best first. */
  readonly ranked: readonly Trial[]
}

export interface Modeled extends Subject {
  readonly surrogate: Surrogate
}

/** @throws study-not-found, invalid-request (no such objective) */
export async function subjectOf(
  deps: ServiceDeps,
  id: StudyId,
  metric: string | undefined,
): Promise<Subject> {
  const snapshot = await loadHistory(deps, id)
  const objective = objectiveNamed(snapshot, metric)
  const { name } = objective
  const value = (trial: Trial) => toMinimized(objective, trial.metrics![name]!)
  const done = snapshot.trials.filter(
    ({ state, metrics }) => state === 'completed' && Number.isFinite(metrics?.[name]),
  )
  return { snapshot, metric: name, ranked: done.toSorted((a, b) => value(a) - value(b)) }
}

/** @throws several-objectives */
export function oneObjective(subject: Subject): Subject {
  const { id, definition } = subject.snapshot.study
  const names = objectivesOf(definition.metrics).map(({ name }) => name)
  if (names.length === 1) return subject
  const message = `The study trades ${names.join(' and ')} off: see /v1/studies/${id}/pareto and its hypervolume instead.`
  throw new HoneError('several-objectives', message)
}

export function objectiveNamed({ study }: StudySnapshot, metric: string | undefined) {
  const objectives = objectivesOf(study.definition.metrics)
  const found = metric === undefined ? objectives[0] : objectives.find(({ name }) => name === metric)
  if (found) return found
  const names = objectives.map(({ name }) => name).join(', ')
  throw new HoneError(
    'invalid-request',
    `metric: ${metric} is no objective of the study; use one of ${names}.`,
  )
}

/** @throws too-few-results */
export function model(deps: ServiceDeps, subject: Subject): Modeled {
  const surrogate = surrogateOf(deps, subject)
  if (!surrogate) throw tooFewResults(subject)
  return { ...subject, surrogate }
}

export function tooFewResults({ ranked }: Subject): HoneError {
  const message = `An explanation needs ${MIN_RESULTS} completed trials, and parameters that vary; there are ${ranked.length} so far.`
  return new HoneError('too-few-results', message)
}

/** Undefined while there are too few results. */
export function surrogateOf(deps: ServiceDeps, { snapshot, metric }: Subject): Surrogate | undefined {
  const objectives = objectivesOf(snapshot.study.definition.metrics)
  const k = objectives.findIndex(({ name }) => name === metric)
  return fitSurrogate(snapshot, objectives[k]!, k, deps.numerics)
}
