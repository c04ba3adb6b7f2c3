import { parseTrialId, type TrialId } from '../domain/ids.ts'
import { type MetricValues, missingMetrics } from '../domain/metric.ts'
import type { StudyDefinition } from '../domain/study.ts'
import { type TrialOutcome, trialSeed } from '../domain/trial.ts'
import type { ServiceDeps } from './deps.ts'
import { type StartedTrial, TrainingFailed } from './ports.ts'
import { createReporter, isSuperseded, type StopReason } from './report-values.ts'
import { topUp } from './top-up.ts'
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
  if (started !== 'gone' && started !== 'held') await runAttempt(deps, id, started, shutdown)
  if (started !== 'held' && !shutdown.aborted) await topUp(deps, study)
}

async function runAttempt(
  deps: ServiceDeps,
  id: TrialId,
  started: StartedTrial,
  shutdown: AbortSignal,
): Promise<void> {
  const { study, number } = parseTrialId(id)!
  const { attempt } = started.trial
  const fields = { studyId: study, trialId: id, attempt }
  const startedAt = deps.clock().getTime()
  const outcome = await trainAndReport(deps, id, started, shutdown)
  if (outcome === 'superseded') return deps.logger.warn(fields, 'trial left to its newer attempt')
  if (outcome === 'shutdown') {
    await deps.store.releaseTrial(study, number, attempt)
    return deps.logger.info(fields, 'trial released')
  }
  try {
    await untilAvailable(() => deps.store.finishTrial(study, number, attempt, outcome), shutdown)
  } catch (error) {
    if (!isSuperseded(error)) throw error
    return deps.logger.warn(fields, 'trial left to its newer attempt')
  }
  const durationMs = deps.clock().getTime() - startedAt
  deps.logger.info({ ...fields, state: outcome.state, reason: outcome.reason, durationMs }, 'trial finished')
}

async function trainAndReport(
  deps: ServiceDeps,
  id: TrialId,
  { trial, definition }: StartedTrial,
  shutdown: AbortSignal,
): Promise<TrialOutcome | 'superseded' | 'shutdown'> {
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
  }
  try {
    // The trials of a study that others train are never started here.
    const { metrics } = await deps.trainers[definition.trainer.kind].train!(request, reporter.push, signal)
    await reporter.drain()
    return stop.signal.reason === 'superseded' ? 'superseded' : completed(definition, metrics)
  } catch (error) {
    await reporter.drain()
    if (stop.signal.reason === 'superseded') return 'superseded'
    if (stop.signal.aborted) {
      const what = stop.signal.reason === 'trial-stopped' ? 'trial' : 'study'
      return { state: 'canceled', reason: `The ${what} was stopped.` }
    }
    if (shutdown.aborted) return 'shutdown'
    if (error instanceof TrainingFailed) return { state: 'failed', reason: error.message }
    deps.logger.error({ studyId: study, trialId: id, attempt: trial.attempt, err: error }, 'trainer broke')
    return { state: 'failed', reason: 'The trainer broke; its log says why.' }
  }
}

function completed(definition: StudyDefinition, metrics: MetricValues): TrialOutcome {
  const missing = missingMetrics(definition.metrics, metrics)
  if (missing.length === 0) return { state: 'completed', metrics }
  return { state: 'failed', reason: `The trainer gave no finite ${missing.join(', ')}.` }
}
