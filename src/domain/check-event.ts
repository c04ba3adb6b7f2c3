import { checkSpaceEdit } from './check-space-edit.ts'
import type { StudyEvent } from './events.ts'
import { isStudyFinished } from './study.ts'
import { inFlight, type StudySnapshot } from './study-snapshot.ts'
import { isTrialFinished, type Trial, type TrialState } from './trial.ts'

/**
 * Whether an event may follow a snapshot: what the scripts check before they write, said once more and independently
 * of them, so that a journal can be judged by itself. The numbers are those of the seven invariants.
 *
 * @returns what is wrong, in one sentence; undefined when all is well.
 */
export function checkEvent(before: StudySnapshot | undefined, event: StudyEvent): string | undefined {
  if (event.type === 'study-created') return before && 'A study is created once.'
  if (!before) return 'A journal starts with study-created.'
  if (event.type === 'best-tested') return before.study.test && 'The winner is tested once.'
  if (event.type === 'observation-added') return checkObservation(before, event)
  if (event.type === 'study-edited') return checkEdit(before, event)
  if (isStudyFinished(before.study.state)) return 'Invariant 7: nothing changes a finished study.'
  if (event.type === 'trial-proposed' || event.type === 'trial-enqueued') return checkCommit(before, event)
  if ('number' in event) return checkTrialEvent(before, event)
  return checkMove(before, event)
}

type Event<Type extends StudyEvent['type']> = Extract<StudyEvent, { type: Type }>
type Commit = Event<'trial-proposed' | 'trial-enqueued'>
type TrialEvent = Exclude<Extract<StudyEvent, { number: number }>, Commit>
type Move = Event<'study-paused' | 'study-resumed' | 'study-stopping' | 'study-finished'>

function checkCommit(before: StudySnapshot, { type, number, origin }: Commit): string | undefined {
  const { study, trials, revision } = before
  if (number !== trials.length)
    return `Invariant 4: trial ${number} was committed, but ${trials.length} is next.`
  if (number === study.definition.limits.trials) return 'Invariant 6: more trials than limits.trials.'
  if (origin.revision > revision)
    return `Invariant 3: trial ${number} knew a revision that was still to come.`
  if (type === 'trial-enqueued') return checkState(before, ['running', 'paused'])
  return checkPlace(before) ?? checkState(before, ['running'])
}

function checkTrialEvent(before: StudySnapshot, event: TrialEvent): string | undefined {
  const trial = before.trials[event.number]
  if (!trial) return `There is no trial ${event.number}.`
  if (isTrialFinished(trial.state)) return `Invariant 7: trial ${trial.number} had finished.`
  if (event.type === 'trial-finished') return checkEnd(trial, event)
  if (event.type === 'trial-dispatched') return checkDispatch(before, event)
  if (before.waiting.includes(trial.number)) return `Trial ${trial.number} has no place yet.`
  if (event.type === 'trial-stop-requested') return checkStopRequest(trial)
  if (event.type === 'trial-paused')
    return checkHolder(trial, event, ['running']) ?? checkState(before, ['paused'])
  if (event.type === 'trial-resumed')
    return checkHolder(trial, event, ['paused']) ?? checkState(before, ['running'])
  if (event.type === 'trial-released') return checkHolder(trial, event, ['running'])
  if (event.type === 'trial-started') return checkStart(trial, event) ?? checkState(before, ['running'])
  return checkHolder(trial, event, ['running', 'paused']) ?? checkSteps(trial, event)
}

function checkDispatch(before: StudySnapshot, { number }: Event<'trial-dispatched'>): string | undefined {
  if (before.waiting[0] !== number) return `Trial ${number} is not the first that waits.`
  return checkPlace(before) ?? checkState(before, ['running'])
}

function checkStart(trial: Trial, event: Event<'trial-started'>): string | undefined {
  const { number, attempt, crashes, resumedFrom } = event
  if (attempt !== trial.attempt + 1)
    return `Invariant 5: trial ${number} got attempt ${attempt} after ${trial.attempt}.`
  const reached = trial.state === 'queued' ? (trial.curve?.at(-1)?.step ?? 0) : undefined
  if (resumedFrom !== undefined && resumedFrom !== reached)
    return `Trial ${number} goes on from step ${resumedFrom}, where nobody left it.`
  // Who starts a trial that is running takes it from a worker that is gone.
  const lost = trial.state === 'running' ? 1 : 0
  return crashes === trial.crashes + lost ? undefined : `Trial ${number} counts ${crashes} crashes.`
}

function checkStopRequest({ number, state, stopRequested }: Trial): string | undefined {
  return state === 'running' && !stopRequested ? undefined : `Trial ${number} does not run, or knows already.`
}

/** Names may change at any time, limits and the space only while they still decide something. */
function checkEdit(before: StudySnapshot, { changes }: Event<'study-edited'>): string | undefined {
  const { limits, searchSpace } = changes
  if (!limits && !searchSpace) return undefined
  const { definition } = before.study
  const [fault] = searchSpace ? checkSpaceEdit(definition.searchSpace, searchSpace, before.trials) : []
  if (fault) return `${fault.path} ${fault.message}.`
  const { trials = Number.POSITIVE_INFINITY } = limits ?? definition.limits
  if (trials < before.trials.length) return `Invariant 6: there are ${before.trials.length} trials already.`
  return checkState(before, ['running', 'paused'])
}

function checkObservation(
  { trials }: StudySnapshot,
  { trial: number, attempt }: Event<'observation-added'>,
): string | undefined {
  const trial = trials[number]
  if (!trial || !isTrialFinished(trial.state))
    return `Trial ${number} has not ended without this observation.`
  const isFirst = !trial.observations?.some((told) => told.attempt === attempt)
  return isFirst && attempt <= trial.attempt
    ? undefined
    : `Attempt ${attempt} had no observation of trial ${number} to add.`
}

function checkHolder(
  trial: Trial,
  { number, attempt }: { readonly number: number; readonly attempt: number },
  states: readonly TrialState[],
): string | undefined {
  if (states.includes(trial.state) && trial.attempt === attempt) return undefined
  return `Invariant 5: attempt ${attempt} does not hold trial ${number}.`
}

function checkSteps(
  { number, curve = [] }: Trial,
  { reports }: Event<'values-reported'>,
): string | undefined {
  const steps = [curve.at(-1)?.step ?? 0, ...reports.map(({ step }) => step)]
  const grow = steps.every((step, i) => i === 0 || step > steps[i - 1]!)
  return grow ? undefined : `The steps of trial ${number} do not grow.`
}

function checkEnd(trial: Trial, { number, outcome, crashes }: Event<'trial-finished'>): string | undefined {
  const isImported = trial.origin.sampler === 'imported'
  if (outcome.state !== 'canceled' && trial.state === 'queued' && !isImported)
    return `Invariant 5: trial ${number} ended as ${outcome.state} without an attempt.`
  if (crashes === undefined || crashes === trial.crashes + 1) return undefined
  return `Trial ${number} counts ${crashes} crashes.`
}

function checkPlace(before: StudySnapshot): string | undefined {
  const { parallel } = before.study.definition.limits
  return inFlight(before) < parallel ? undefined : 'Invariant 6: more trials in flight than limits.parallel.'
}

function checkState({ study }: StudySnapshot, legal: readonly string[]): string | undefined {
  return legal.includes(study.state) ? undefined : `The study is ${study.state}.`
}

function checkMove(before: StudySnapshot, event: Move): string | undefined {
  if (event.type === 'study-paused') return checkState(before, ['running'])
  if (event.type === 'study-resumed') return checkState(before, ['paused'])
  if (event.type === 'study-stopping') return checkState(before, ['running', 'paused'])
  const { study, trials } = before
  if (trials.some(({ state }) => !isTrialFinished(state))) return 'Trials are still open.'
  const isOver = study.state === 'stopping' || trials.length === study.definition.limits.trials
  return isOver ? undefined : 'Neither is the budget used nor was the study stopped.'
}
