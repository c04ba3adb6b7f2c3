import { parseTrialId, type StudyId, type TrialId } from '../domain/ids.ts'
import { type Measured, missingMetrics } from '../domain/metric.ts'
import { isStudyFinished, type StudyDefinition } from '../domain/study.ts'
import { type TrialOutcome, trialSeed } from '../domain/trial.ts'
import { bestEffort } from './best-effort.ts'
import type { ServiceDeps } from './deps.ts'
import { keepIfBest, type TrainedTrial } from './keep-model.ts'
import type { FinishedTrial, StartedTrial } from './ports/study-records.ts'
import { TrainingFailed } from './ports/trainer.ts'
import { createReporter, isSuperseded, type StopReason } from './report-values.ts'
import { topUp, wrapUp } from './top-up.ts'
import { untilAvailable } from './until-available.ts'

/**
 * Runs one attempt at a trial: start, train, report each epoch, finish, top up. Safe to call twice for one trial:
 * the attempt number given out at the start fences the loser off.
 *
 * @param worker  name of this worker, stored with the trial.
 * @param shutdown aborts when this process must go; the trial is given back unfinished.
 */
export async function runTrial(
  deps: ServiceDeps,
  id: TrialId,
  worker: string,
  shutdown: AbortSignal,
): Promise<void> {
  const { study, number } = parseTrialId(id)!
  const started = await deps.store.startTrial(study, number, worker)
  if (started === 'held') return
  if (started === 'gone') return topUp(deps, study)
  const [end] = await Promise.all([runAttempt(deps, id, started, shutdown), passOn(deps, study, started)])
  if (end) await followUp(deps, study, end)
}

/** Beside the training: what is lost of it the sweep will do. */
async function passOn(deps: ServiceDeps, study: StudyId, { hint }: StartedTrial): Promise<void> {
  if (hint !== undefined) await bestEffort(deps, study, deps.jobs.hintProposal(study, hint))
}

async function followUp(deps: ServiceDeps, study: StudyId, { state, hint }: FinishedTrial): Promise<void> {
  if (isStudyFinished(state)) return wrapUp(deps, study)
  if (hint !== undefined) await deps.jobs.hintProposal(study, hint)
}

async function runAttempt(
  deps: ServiceDeps,
  id: TrialId,
  started: StartedTrial,
  shutdown: AbortSignal,
): Promise<FinishedTrial | undefined> {
  const { study, number } = parseTrialId(id)!
  const { attempt } = started.trial
  const fields = { studyId: study, trialId: id, attempt }
  const startedAt = deps.clock().getTime()
  const ended = await trainAndReport(deps, id, started, shutdown)
  if (ended === 'shutdown') {
    await deps.store.releaseTrial(study, number, attempt)
    deps.logger.info(fields, 'trial released')
    return undefined
  }
  const end = ended === 'superseded' ? undefined : await finish(deps, id, started, ended, shutdown)
  if (!end || ended === 'superseded') {
    deps.logger.warn(fields, 'trial left to its newer attempt')
    return undefined
  }
  const { outcome } = ended
  const durationMs = deps.clock().getTime() - startedAt
  deps.logger.info({ ...fields, state: outcome.state, reason: outcome.reason, durationMs }, 'trial finished')
  return end
}

/** Undefined when a newer attempt holds the trial. */
async function finish(
  deps: ServiceDeps,
  id: TrialId,
  { trial: { attempt }, definition }: StartedTrial,
  ended: EndedTraining,
  shutdown: AbortSignal,
): Promise<FinishedTrial | undefined> {
  const { study, number } = parseTrialId(id)!
  const keepAndFinish = async () => {
    const isKept = await keepIfBest(deps, study, definition, { number, ...ended })
    const finished = await deps.store.finishTrial(study, number, attempt, ended.outcome)
    if (isKept) await bestEffort(deps, study, deps.models.settle(study))
    return finished
  }
  try {
    return await untilAvailable(keepAndFinish, shutdown)
  } catch (error) {
    if (isSuperseded(error)) return undefined
    throw error
  }
}

/** How a training ended, and what it has trained. */
type EndedTraining = Pick<TrainedTrial, 'outcome' | 'model'>

async function trainAndReport(
  deps: ServiceDeps,
  id: TrialId,
  { trial, definition }: StartedTrial,
  shutdown: AbortSignal,
): Promise<EndedTraining | 'superseded' | 'shutdown'> {
  const { study, number } = parseTrialId(id)!
  const stop = new AbortController()
  const signal = AbortSignal.any([shutdown, stop.signal])
  const reporter = createReporter(deps, study, number, trial.attempt, signal, (why: StopReason) =>
    stop.abort(why),
  )
  const request = {
    trainer: definition.trainer,
    params: trial.params,
    seed: trialSeed(definition.seed, number),
    metricNames: definition.metrics.map(({ name }) => name),
  }
  try {
    // The trials of a study that others train are never started here.
    const trained = await deps.trainers[definition.trainer.kind].train!(request, reporter.push, signal)
    await reporter.drain()
    if (stop.signal.reason === 'superseded') return 'superseded'
    const { model, ...measured } = trained
    return { outcome: completed(definition, measured), model }
  } catch (error) {
    await reporter.drain()
    if (stop.signal.reason === 'superseded') return 'superseded'
    if (stop.signal.aborted) {
      const what = stop.signal.reason === 'trial-stopped' ? 'trial' : 'study'
      return { outcome: { state: 'canceled', reason: `The ${what} was stopped.` } }
    }
    if (shutdown.aborted) return 'shutdown'
    if (error instanceof TrainingFailed) return { outcome: { state: 'failed', reason: error.message } }
    deps.logger.error({ studyId: study, trialId: id, attempt: trial.attempt, err: error }, 'trainer broke')
    return { outcome: { state: 'failed', reason: 'The trainer broke; its log says why.' } }
  }
}

function completed(definition: StudyDefinition, measured: Measured): TrialOutcome {
  const missing = missingMetrics(definition.metrics, measured.metrics)
  if (missing.length === 0) return { state: 'completed', ...measured }
  return { state: 'failed', reason: `The trainer gave no finite ${missing.join(', ')}.` }
}
