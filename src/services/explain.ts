import { HoneError } from '../domain/errors.ts'
import type { StudySnapshot } from '../domain/events.ts'
import type { StudyId } from '../domain/ids.ts'
import { isFeasibleOutcome, objectivesOf, toMinimized } from '../domain/metric.ts'
import type { Trial } from '../domain/trial.ts'
import { adviseStopping, type StudyAdvice } from '../optimizer/advise-stopping.ts'
import { type Diagnostic, diagnose } from '../optimizer/analysis/diagnostics.ts'
import { type Importance, importance } from '../optimizer/analysis/importance.ts'
import { type Dependence, partialDependence } from '../optimizer/analysis/partial-dependence.ts'
import { pedAnova } from '../optimizer/analysis/ped-anova.ts'
import { recommend } from '../optimizer/analysis/recommendation.ts'
import { type Contribution, compareValues } from '../optimizer/analysis/shapley.ts'
import {
  fitSurrogate,
  MIN_RESULTS,
  type Prediction,
  type Surrogate,
} from '../optimizer/analysis/surrogate.ts'
import { encode } from '../optimizer/encode.ts'
import type { ServiceDeps } from './deps.ts'

/** Explanations are functions of the recorded history: the same revision gives the same answer. */
interface Subject {
  readonly snapshot: StudySnapshot
  readonly metric: string
  /** Completed trials that have this objective, the best first. */
  readonly ranked: readonly Trial[]
}

interface Modeled extends Subject {
  readonly surrogate: Surrogate
}

export interface ImportanceReport {
  readonly revision: number
  readonly metric: string
  readonly results: number
  readonly parameters: readonly (Importance & { readonly amongBest: number })[]
}

/** @throws study-not-found, invalid-request (no such objective), too-few-results */
export async function explainImportance(
  deps: ServiceDeps,
  id: StudyId,
  metric: string | undefined,
): Promise<ImportanceReport> {
  const subject = model(deps, await subjectOf(deps, id, metric))
  const { surrogate, ranked, snapshot } = subject
  const points = ranked.map(({ params }) => encode(surrogate.encoded, params))
  const shares = new Map(
    pedAnova(surrogate.encoded, points).map(({ parameter, share }) => [parameter, share]),
  )
  return {
    revision: snapshot.revision,
    metric: subject.metric,
    results: surrogate.results,
    parameters: importance(surrogate).map((one) => ({ ...one, amongBest: shares.get(one.parameter)! })),
  }
}

export interface DependenceReport {
  readonly revision: number
  readonly metric: string
  readonly results: number
  readonly parameters: readonly Dependence[]
}

/** @param parameter all of them where none is named. */
export async function explainDependence(
  deps: ServiceDeps,
  id: StudyId,
  metric: string | undefined,
  parameter: string | undefined,
): Promise<DependenceReport> {
  const subject = await subjectOf(deps, id, metric)
  const names = subject.snapshot.study.definition.searchSpace.parameters.map(({ name }) => name)
  if (parameter !== undefined && !names.includes(parameter))
    throw new HoneError(
      'invalid-request',
      `parameter: there is no ${parameter}; use one of ${names.join(', ')}.`,
    )
  const { surrogate } = model(deps, subject)
  const { free, dimensions } = surrogate.encoded
  const wanted = free.filter((index) => parameter === undefined || dimensions[index]!.name === parameter)
  return {
    revision: subject.snapshot.revision,
    metric: subject.metric,
    results: surrogate.results,
    parameters: wanted.map((index) => partialDependence(surrogate, index)),
  }
}

export interface Compared {
  readonly trial: number
  readonly measured: number
  readonly predicted: Prediction
}
export interface TrialExplanation {
  readonly revision: number
  readonly metric: string
  readonly goal: 'minimize' | 'maximize'
  readonly trial: Compared
  readonly against: Compared
  readonly contributions: readonly Contribution[]
}

/**
 * Why a trial came out better or worse than another.
 *
 * @param against another trial's number; the best one unless given, and for the best itself the median one.
 * @throws trial-not-found, trial-not-completed, too-few-results
 */
export async function explainTrial(
  deps: ServiceDeps,
  id: StudyId,
  number: number,
  { metric, against }: { metric?: string | undefined; against?: number | undefined },
): Promise<TrialExplanation> {
  const found = await subjectOf(deps, id, metric)
  const trial = completed(found, number)
  const subject = model(deps, found)
  const { surrogate, ranked, snapshot } = subject
  const [best] = ranked
  const typical = ranked[Math.floor(ranked.length / 2)]!
  const other = against === undefined ? (best === trial ? typical : best!) : completed(subject, against)
  const compared = (one: Trial) => compare(subject, one)
  return {
    revision: snapshot.revision,
    metric: subject.metric,
    goal: objectiveNamed(snapshot, subject.metric).goal,
    trial: compared(trial),
    against: compared(other),
    contributions: compareValues(surrogate, trial.params, other.params),
  }
}

export interface Recommendation {
  readonly revision: number
  readonly metric: string
  readonly goal: 'minimize' | 'maximize'
  readonly results: number
  readonly recommended: Compared
  /** By what was measured. */
  readonly best: Compared
}

/**
 * Which trial's parameters to use, where a single result says little.
 *
 * @throws several-objectives, no-best-trial while none keeps to the outcome constraints, too-few-results
 */
export async function recommendTrial(deps: ServiceDeps, id: StudyId): Promise<Recommendation> {
  const subject = model(deps, oneObjective(await subjectOf(deps, id, undefined)))
  const { surrogate, snapshot, metric } = subject
  const { metrics } = snapshot.study.definition
  const kept = subject.ranked.filter((trial) => isFeasibleOutcome(metrics, trial.metrics!))
  const [best] = kept
  if (!best)
    throw new HoneError('no-best-trial', 'No trial of this study has kept to all outcome constraints yet.')
  return {
    revision: snapshot.revision,
    metric,
    goal: objectiveNamed(snapshot, metric).goal,
    results: surrogate.results,
    recommended: compare(subject, recommend(surrogate, kept)),
    best: compare(subject, best),
  }
}

export interface AdviceReport extends StudyAdvice {
  readonly revision: number
  readonly metric: string
}

/** @throws several-objectives, too-few-results */
export async function explainStopping(deps: ServiceDeps, id: StudyId): Promise<AdviceReport> {
  const subject = oneObjective(await subjectOf(deps, id, undefined))
  const advice = adviseStopping(subject.snapshot, deps.numerics)
  if (!advice) throw tooFewResults(subject)
  return { revision: subject.snapshot.revision, metric: subject.metric, ...advice }
}

export interface DiagnosticsReport {
  readonly revision: number
  readonly diagnostics: readonly Diagnostic[]
}

/** Needs no results: a study can be linted from its first moment on. */
export async function diagnoseStudy(deps: ServiceDeps, id: StudyId): Promise<DiagnosticsReport> {
  const subject = await subjectOf(deps, id, undefined)
  const { snapshot, ranked } = subject
  const surrogate = surrogateOf(deps, subject)
  const shares = surrogate ? importance(surrogate) : []
  const diagnostics = diagnose({ ...snapshot, ranked, importance: shares })
  return { revision: snapshot.revision, diagnostics }
}

async function subjectOf(deps: ServiceDeps, id: StudyId, metric: string | undefined): Promise<Subject> {
  const snapshot = await deps.snapshots.load(id)
  const objective = objectiveNamed(snapshot, metric)
  const { name } = objective
  const value = (trial: Trial) => toMinimized(objective, trial.metrics![name]!)
  const done = snapshot.trials.filter(
    ({ state, metrics }) => state === 'completed' && Number.isFinite(metrics?.[name]),
  )
  return { snapshot, metric: name, ranked: done.toSorted((a, b) => value(a) - value(b)) }
}

function oneObjective(subject: Subject): Subject {
  const { id, definition } = subject.snapshot.study
  const names = objectivesOf(definition.metrics).map(({ name }) => name)
  if (names.length === 1) return subject
  const message = `The study trades ${names.join(' and ')} off: see /v1/studies/${id}/pareto and its hypervolume instead.`
  throw new HoneError('several-objectives', message)
}

function compare({ surrogate, metric }: Modeled, { number, metrics, params }: Trial): Compared {
  const predicted = surrogate.at(encode(surrogate.encoded, params))
  return { trial: number, measured: metrics![metric]!, predicted }
}

function objectiveNamed({ study }: StudySnapshot, metric: string | undefined) {
  const objectives = objectivesOf(study.definition.metrics)
  const found = metric === undefined ? objectives[0] : objectives.find(({ name }) => name === metric)
  if (found) return found
  const names = objectives.map(({ name }) => name).join(', ')
  throw new HoneError(
    'invalid-request',
    `metric: ${metric} is no objective of the study; use one of ${names}.`,
  )
}

function model(deps: ServiceDeps, subject: Subject): Modeled {
  const surrogate = surrogateOf(deps, subject)
  if (!surrogate) throw tooFewResults(subject)
  return { ...subject, surrogate }
}

function tooFewResults({ ranked }: Subject): HoneError {
  const message = `An explanation needs ${MIN_RESULTS} completed trials, and parameters that vary; there are ${ranked.length} so far.`
  return new HoneError('too-few-results', message)
}

function surrogateOf(deps: ServiceDeps, { snapshot, metric }: Subject): Surrogate | undefined {
  const objectives = objectivesOf(snapshot.study.definition.metrics)
  const k = objectives.findIndex(({ name }) => name === metric)
  return fitSurrogate(snapshot, objectives[k]!, k, deps.numerics)
}

function completed({ snapshot, ranked, metric }: Subject, number: number): Trial {
  const trial = ranked.find((one) => one.number === number)
  if (trial) return trial
  const there = snapshot.trials[number]
  if (!there) throw new HoneError('trial-not-found', `Study ${snapshot.study.id} has no trial ${number}.`)
  const message = `Trial ${number} is ${there.state} and has no ${metric}: only completed trials can be compared.`
  throw new HoneError('trial-not-completed', message)
}
