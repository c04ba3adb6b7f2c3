import type { StudyId } from './ids.ts'
import { type Metric, type MetricValues, scoreOf } from './metric.ts'
import { completeParams, type ParameterValues, type SearchSpace } from './search-space.ts'
import type { EndReason, Study, StudyChanges, StudyDefinition } from './study.ts'
import { isTrialFinished, type ProposalOrigin, type Report, type Trial, type TrialOutcome } from './trial.ts'

/** A study as of one revision: what the optimizer and every reader see. `trials[i].number === i`. */
export interface StudySnapshot {
  readonly study: Study
  readonly trials: readonly Trial[]
  /** Numbers of enqueued trials that have no place in flight yet, oldest first. */
  readonly waiting: readonly number[]
  /** Journal entries folded so far. */
  readonly revision: number
}

/** Every change there can be, in the order of a study's life. `at` is RFC 3339, UTC. */
export type StudyEvent =
  | { type: 'study-created'; at: string; id: StudyId; definition: StudyDefinition }
  | { type: 'trial-proposed'; at: string; number: number; params: ParameterValues; origin: ProposalOrigin }
  | { type: 'trial-enqueued'; at: string; number: number; params: ParameterValues; origin: ProposalOrigin }
  | { type: 'trial-dispatched'; at: string; number: number }
  /** `resumedFrom`: the step of the earlier attempt that this one goes on from; what that reported stays. */
  | {
      type: 'trial-started'
      at: string
      number: number
      attempt: number
      crashes: number
      worker: string
      resumedFrom?: number
    }
  | { type: 'values-reported'; at: string; number: number; attempt: number; reports: readonly Report[] }
  /** Its worker has heard that the study is paused, or that it goes on again. */
  | { type: 'trial-paused'; at: string; number: number; attempt: number }
  | { type: 'trial-resumed'; at: string; number: number; attempt: number }
  | { type: 'trial-stop-requested'; at: string; number: number }
  | { type: 'trial-released'; at: string; number: number; attempt: number }
  /** `crashes` only when this end was one more. */
  | { type: 'trial-finished'; at: string; number: number; outcome: TrialOutcome; crashes?: number }
  /** Told by an attempt whose trial had ended without it. */
  | { type: 'observation-added'; at: string; trial: number; attempt: number; outcome: TrialOutcome }
  | { type: 'study-edited'; at: string; changes: StudyChanges }
  | { type: 'study-paused'; at: string }
  | { type: 'study-resumed'; at: string }
  | { type: 'study-stopping'; at: string; reason: EndReason }
  | { type: 'study-finished'; at: string; state: 'completed' | 'failed'; reason: EndReason }
  | { type: 'best-tested'; at: string; trial: number; metrics: MetricValues }

/**
 * Folds one event into a snapshot. `events.reduce(applyEvent, undefined)` is the study's record
 * (invariant 2); the scripts in redis/scripts keep the same records incrementally.
 *
 * @throws Error when the event cannot follow the snapshot: the journal is corrupt.
 */
export function applyEvent(snapshot: StudySnapshot | undefined, event: StudyEvent): StudySnapshot {
  if (event.type === 'study-created') return created(event)
  if (!snapshot) throw new Error(`A journal starts with study-created, not ${event.type}.`)
  return { ...change(snapshot, event), revision: snapshot.revision + 1 }
}

function created(event: Extract<StudyEvent, { type: 'study-created' }>): StudySnapshot {
  const { id, definition, at } = event
  return { study: { id, definition, state: 'running', createdAt: at }, trials: [], waiting: [], revision: 1 }
}

type Change = Exclude<StudyEvent, { type: 'study-created' }>

function change(snapshot: StudySnapshot, event: Change): StudySnapshot {
  const { study } = snapshot
  switch (event.type) {
    case 'trial-proposed':
      return addTrial(snapshot, event)
    case 'trial-enqueued':
      return { ...addTrial(snapshot, event), waiting: [...snapshot.waiting, event.number] }
    case 'trial-dispatched':
      return { ...snapshot, waiting: snapshot.waiting.filter((number) => number !== event.number) }
    case 'trial-started': {
      const { attempt, crashes, worker, at, resumedFrom } = event
      const curve = (resumedFrom !== undefined && snapshot.trials[event.number]?.curve) || []
      const started = { state: 'running', attempt, crashes, worker, startedAt: at, curve } as const
      return setTrial(snapshot, event.number, started)
    }
    case 'values-reported': {
      const curve = snapshot.trials[event.number]?.curve ?? []
      return setTrial(snapshot, event.number, { curve: [...curve, ...event.reports] })
    }
    case 'trial-paused':
      return setTrial(snapshot, event.number, { state: 'paused' })
    case 'trial-resumed':
      return setTrial(snapshot, event.number, { state: 'running' })
    case 'trial-stop-requested':
      return setTrial(snapshot, event.number, { stopRequested: true })
    case 'observation-added':
      return addObservation(snapshot, event)
    case 'trial-released':
      return setTrial(snapshot, event.number, { state: 'queued' })
    case 'trial-finished':
      return finishTrial(snapshot, event)
    case 'study-edited':
      return editStudy(snapshot, event.changes)
    case 'study-paused':
      return { ...snapshot, study: { ...study, state: 'paused' } }
    case 'study-resumed':
      return { ...snapshot, study: { ...study, state: 'running' } }
    case 'study-stopping':
      return { ...snapshot, study: { ...study, state: 'stopping', endReason: event.reason } }
    case 'study-finished': {
      const finished = { state: event.state, endReason: event.reason, finishedAt: event.at }
      return { ...snapshot, study: { ...study, ...finished } }
    }
    case 'best-tested':
      return { ...snapshot, study: { ...study, test: { trial: event.trial, metrics: event.metrics } } }
  }
}

function editStudy({ study, trials, ...rest }: StudySnapshot, changes: StudyChanges): StudySnapshot {
  const edited = { ...study, definition: { ...study.definition, ...changes } }
  const { searchSpace: space } = changes
  return {
    ...rest,
    study: edited,
    trials: space ? trials.map((trial) => completeTrial(space, trial)) : trials,
  }
}

/** A trial as one of this space: from before a parameter was added, it counts as having had the default. */
export function completeTrial(space: SearchSpace, trial: Trial): Trial {
  const params = completeParams(space, trial.params)
  return params === trial.params ? trial : { ...trial, params }
}

function addTrial(
  snapshot: StudySnapshot,
  event: { at: string; number: number; params: ParameterValues; origin: ProposalOrigin },
): StudySnapshot {
  const { number, params, origin, at } = event
  if (number !== snapshot.trials.length) throw new Error(`Trial ${number} committed out of order.`)
  const trial: Trial = {
    number,
    state: 'queued',
    params: completeParams(snapshot.study.definition.searchSpace, params),
    origin,
    attempt: 0,
    crashes: 0,
    curve: [],
    queuedAt: at,
  }
  return { ...snapshot, trials: [...snapshot.trials, trial] }
}

function setTrial(snapshot: StudySnapshot, number: number, fields: Partial<Trial>): StudySnapshot {
  const trial = trialOf(snapshot, number)
  return { ...snapshot, trials: snapshot.trials.with(number, { ...trial, ...fields }) }
}

function trialOf({ trials }: StudySnapshot, number: number): Trial {
  const trial = trials[number]
  if (!trial) throw new Error(`No trial ${number} to change.`)
  return trial
}

function addObservation(
  snapshot: StudySnapshot,
  { trial, attempt, outcome, at }: Extract<StudyEvent, { type: 'observation-added' }>,
): StudySnapshot {
  const { observations = [] } = trialOf(snapshot, trial)
  return setTrial(snapshot, trial, { observations: [...observations, { ...outcome, attempt, toldAt: at }] })
}

function finishTrial(
  snapshot: StudySnapshot,
  event: Extract<StudyEvent, { type: 'trial-finished' }>,
): StudySnapshot {
  const { number, outcome, at, crashes } = event
  const { stopRequested: _, ...trial } = trialOf(snapshot, number)
  const end = { ...trial, ...outcome, ...(crashes !== undefined && { crashes }), finishedAt: at }
  const finished = { ...snapshot, trials: snapshot.trials.with(number, end) }
  const waiting = snapshot.waiting.filter((other) => other !== number)
  return { ...finished, waiting, study: withBest(finished, number) }
}

function withBest(snapshot: StudySnapshot, number: number): Study {
  const { study, trials } = snapshot
  const { metrics } = study.definition
  const best = study.bestTrial === undefined ? undefined : score(metrics, trials[study.bestTrial]!)
  const value = score(metrics, trials[number]!)
  const improves = value !== undefined && (best === undefined || value < best)
  return improves ? { ...study, bestTrial: number } : study
}

function score(metrics: readonly Metric[], { state, metrics: values }: Trial): number | undefined {
  return state === 'completed' && values ? scoreOf(metrics, values) : undefined
}

/** Trials that hold a place: queued with one, or running. */
export function inFlight({ trials, waiting }: StudySnapshot): number {
  return trials.filter(({ state }) => !isTrialFinished(state)).length - waiting.length
}

/**
 * A study as the next proposals see it when others have been made from the same revision: their trials are committed
 * right before, and nothing else is known of them.
 */
export function withQueued(
  snapshot: StudySnapshot,
  proposals: readonly Pick<Trial, 'params' | 'origin'>[],
): StudySnapshot {
  const queued = proposals.map(({ params, origin }, i): Trial => {
    const number = snapshot.trials.length + i
    return {
      number,
      state: 'queued',
      params,
      origin,
      attempt: 0,
      crashes: 0,
      queuedAt: snapshot.study.createdAt,
    }
  })
  return { ...snapshot, trials: [...snapshot.trials, ...queued] }
}
