import type { StudyEvent } from './events.ts'
import { type Metric, scoreOf } from './metric.ts'
import { completeParams, type ParameterValues, type SearchSpace } from './search-space.ts'
import type { Study, StudyChanges } from './study.ts'
import type { StudySnapshot } from './study-snapshot.ts'
import type { ProposalOrigin, Trial } from './trial.ts'

/**
 * Folds one event into a snapshot. `events.reduce(applyEvent, undefined)` is the study's record
 * (invariant 2); the scripts in redis/scripts keep the same records incrementally.
 *
 * @throws Error when the event cannot follow the snapshot: the journal is corrupt.
 */
export function applyEvent(snapshot: StudySnapshot | undefined, event: StudyEvent): StudySnapshot {
  if (event.type === 'study-created') return created(event)
  if (!snapshot) throw new Error(`A journal starts with study-created, not ${event.type}.`)
  return applyEvents(snapshot, [event])
}

/** The same for several events, none of which creates the study; the trials are copied once. */
export function applyEvents(snapshot: StudySnapshot, events: readonly Change[]): StudySnapshot {
  const draft = { ...snapshot, trials: [...snapshot.trials] }
  for (const event of events) {
    change(draft, event)
    draft.revision++
    draft.at = event.at
  }
  return draft
}

function created(event: Extract<StudyEvent, { type: 'study-created' }>): StudySnapshot {
  const { id, definition, at } = event
  const study: Study = { id, definition, state: 'running', createdAt: at }
  return { study, trials: [], waiting: [], revision: 1, at }
}

export type Change = Exclude<StudyEvent, { type: 'study-created' }>

/** A snapshot that nobody else has yet. What is in it is replaced, never changed: others have that. */
interface Draft {
  study: Study
  readonly trials: Trial[]
  waiting: readonly number[]
  revision: number
  at: string
}

function change(draft: Draft, event: Change): void {
  switch (event.type) {
    case 'trial-proposed':
      addTrial(draft, event)
      break
    case 'trial-enqueued':
      addTrial(draft, event)
      draft.waiting = [...draft.waiting, event.number]
      break
    case 'trial-dispatched':
      leaveWaiting(draft, event.number)
      break
    case 'trial-started': {
      const { attempt, crashes, worker, at, resumedFrom } = event
      const curve = (resumedFrom !== undefined && draft.trials[event.number]?.curve) || []
      const started = { state: 'running', attempt, crashes, worker, startedAt: at, curve } as const
      setTrial(draft, event.number, started)
      break
    }
    case 'values-reported': {
      const curve = draft.trials[event.number]?.curve ?? []
      setTrial(draft, event.number, { curve: [...curve, ...event.reports] })
      break
    }
    case 'trial-paused':
      setTrial(draft, event.number, { state: 'paused' })
      break
    case 'trial-resumed':
      setTrial(draft, event.number, { state: 'running' })
      break
    case 'trial-stop-requested':
      setTrial(draft, event.number, { stopRequested: true })
      break
    case 'observation-added':
      addObservation(draft, event)
      break
    case 'trial-released':
      setTrial(draft, event.number, { state: 'queued' })
      break
    case 'trial-finished':
      finishTrial(draft, event)
      break
    case 'study-edited':
      editStudy(draft, event.changes)
      break
    case 'study-paused':
      setStudy(draft, { state: 'paused' })
      break
    case 'study-resumed':
      setStudy(draft, { state: 'running' })
      break
    case 'study-stopping':
      setStudy(draft, { state: 'stopping', endReason: event.reason })
      break
    case 'study-finished':
      setStudy(draft, { state: event.state, endReason: event.reason, finishedAt: event.at })
      break
    case 'best-tested':
      setStudy(draft, { test: { trial: event.trial, metrics: event.metrics } })
      break
  }
}

function setStudy(draft: Draft, fields: Partial<Study>): void {
  draft.study = { ...draft.study, ...fields }
}

function editStudy(draft: Draft, changes: StudyChanges): void {
  setStudy(draft, { definition: { ...draft.study.definition, ...changes } })
  const { searchSpace: space } = changes
  if (!space) return
  for (const [number, trial] of draft.trials.entries()) draft.trials[number] = completeTrial(space, trial)
}

/** A trial as one of this space: from before a parameter was added, it counts as having had the default. */
function completeTrial(space: SearchSpace, trial: Trial): Trial {
  const params = completeParams(space, trial.params)
  return params === trial.params ? trial : { ...trial, params }
}

function addTrial(
  { study, trials }: Draft,
  event: { at: string; number: number; params: ParameterValues; origin: ProposalOrigin },
): void {
  const { number, params, origin, at } = event
  if (number !== trials.length) throw new Error(`Trial ${number} committed out of order.`)
  trials.push({
    number,
    state: 'queued',
    params: completeParams(study.definition.searchSpace, params),
    origin,
    attempt: 0,
    crashes: 0,
    curve: [],
    queuedAt: at,
  })
}

function leaveWaiting(draft: Draft, number: number): void {
  if (draft.waiting.includes(number)) draft.waiting = draft.waiting.filter((other) => other !== number)
}

function setTrial({ trials }: Draft, number: number, fields: Partial<Trial>): void {
  trials[number] = { ...trialOf(trials, number), ...fields }
}

function trialOf(trials: readonly Trial[], number: number): Trial {
  const trial = trials[number]
  if (!trial) throw new Error(`No trial ${number} to change.`)
  return trial
}

function addObservation(
  draft: Draft,
  { trial, attempt, outcome, at }: Extract<StudyEvent, { type: 'observation-added' }>,
): void {
  const { observations = [] } = trialOf(draft.trials, trial)
  setTrial(draft, trial, { observations: [...observations, { ...outcome, attempt, toldAt: at }] })
}

function finishTrial(draft: Draft, event: Extract<StudyEvent, { type: 'trial-finished' }>): void {
  const { number, outcome, at, crashes } = event
  const { stopRequested: _, ...trial } = trialOf(draft.trials, number)
  draft.trials[number] = { ...trial, ...outcome, ...(crashes !== undefined && { crashes }), finishedAt: at }
  leaveWaiting(draft, number)
  if (isBest(draft, number)) setStudy(draft, { bestTrial: number })
}

function isBest({ study, trials }: Draft, number: number): boolean {
  const { metrics } = study.definition
  const best = study.bestTrial === undefined ? undefined : score(metrics, trials[study.bestTrial]!)
  const value = score(metrics, trials[number]!)
  return value !== undefined && (best === undefined || value < best)
}

function score(metrics: readonly Metric[], { state, metrics: values }: Trial): number | undefined {
  return state === 'completed' && values ? scoreOf(metrics, values) : undefined
}
