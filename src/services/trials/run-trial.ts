import { parseTrialId, type StudyId, type TrialId } from '../../domain/ids.ts'
import { isStudyFinished, type StudyDefinition } from '../../domain/study.ts'
import { bestEffort } from '../best-effort.ts'
import type { ServiceDeps } from '../deps.ts'
import type { FinishedTrial, StartedTrial } from '../ports/study-records.ts'
import { proposeNext } from '../scheduling/propose-next.ts'
import { topUp, wrapUp } from '../scheduling/top-up.ts'
import { untilAvailable } from '../waiting/until-available.ts'
import { keepIfBest } from './keep-model.ts'
import { isSuperseded } from './report-values.ts'
import { type EndedTraining, trainTrial } from './train-trial.ts'

// An epoch takes less, or the trial begins anew.
const PAUSE_MS = 2000

/**
 * Runs one attempt at a trial: start, train, report each epoch, finish, top up. Safe to call twice for one trial:
 * the attempt number given out at the start fences the loser off.
 *
 * @param worker  name of this worker, stored with the trial.
 * @param shutdown aborts when this process must go; the trial is given back unfinished, with a checkpoint where its
 * trainer can. Where it can, it is given back so too when its reports bring back that the study is paused.
 * @param pauseMs longest that a training may take to come to one.
 */
export async function runTrial(
  deps: ServiceDeps,
  id: TrialId,
  worker: string,
  shutdown: AbortSignal,
  pauseMs = PAUSE_MS,
): Promise<void> {
  const { study, number } = parseTrialId(id)!
  const started = await deps.store.startTrial(study, number, worker)
  if (started === 'held') return
  if (started === 'gone') return topUp(deps, study)
  const [end] = await Promise.all([
    runAttempt(deps, id, started, shutdown, pauseMs),
    passOn(deps, study, started),
  ])
  if (end === 'released') {
    // A study that was paused for a moment goes on here: a job for this trial would have been taken for this one.
    if (!shutdown.aborted) await runTrial(deps, id, worker, shutdown, pauseMs)
  } else if (end) await followUp(deps, study, started.definition, end, shutdown)
}

/** Beside the training: what is lost of it the sweep will do. */
async function passOn(deps: ServiceDeps, study: StudyId, { hint }: StartedTrial): Promise<void> {
  if (hint !== undefined) await bestEffort(deps, study, deps.jobs.hintProposal(study, hint))
}

async function followUp(
  deps: ServiceDeps,
  study: StudyId,
  definition: StudyDefinition,
  { state, hint }: FinishedTrial,
  shutdown: AbortSignal,
): Promise<void> {
  if (isStudyFinished(state)) return wrapUp(deps, study)
  if (hint !== undefined) await proposeNext(deps, study, definition, hint, shutdown)
}

async function runAttempt(
  deps: ServiceDeps,
  id: TrialId,
  started: StartedTrial,
  shutdown: AbortSignal,
  pauseMs: number,
): Promise<FinishedTrial | 'released' | undefined> {
  const { study, number } = parseTrialId(id)!
  const { attempt } = started.trial
  const fields = { studyId: study, trialId: id, attempt }
  const startedAt = deps.clock().getTime()
  const ended = await trainTrial(deps, id, started, shutdown, pauseMs)
  if (ended !== 'superseded' && 'handedOver' in ended) {
    const { checkpoint } = ended.handedOver
    await deps.store.releaseTrial(study, number, attempt, checkpoint)
    deps.logger.info({ ...fields, checkpointBytes: checkpoint?.length }, 'trial released')
    return 'released'
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
