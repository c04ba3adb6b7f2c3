import { parseTrialId, type TrialId } from '../../domain/ids.ts'
import { belowScale, type MeasuredMetrics, missingMetrics } from '../../domain/metric.ts'
import type { StudyDefinition } from '../../domain/study.ts'
import { type Report, type TrialOutcome, trialSeed } from '../../domain/trial.ts'
import type { ServiceDeps } from '../deps.ts'
import type { StartedTrial } from '../ports/study-records.ts'
import { TrainingFailed, TrainingPaused, type TrainingResult } from '../ports/trainer.ts'
import { createJudge, type Judge } from './judge-trial.ts'
import type { TrainedTrial } from './keep-model.ts'
import { createReporter, type Reporter } from './report-values.ts'

// A million weights and two moments of each; as many of them as trials in flight may lie in Redis at a time.
const CHECKPOINT_BYTES_MAX = 16 * 2 ** 20

/** How a training ended, and what it has trained. */
export type EndedTraining = Pick<TrainedTrial, 'outcome' | 'model'>

/** Of a training that was given up for the process to end, or while its study is paused. */
export interface HandedOver {
  readonly handedOver: { readonly checkpoint?: Uint8Array }
}

/**
 * Trains a trial that was started, sends its reports on, and gives it up where its study, somebody or the pruner says so.
 *
 * @param shutdown see runTrial, as for `pauseMs`.
 * @returns `superseded` when another attempt holds the trial.
 */
export async function trainTrial(
  deps: ServiceDeps,
  id: TrialId,
  { trial, definition, checkpoint }: StartedTrial,
  shutdown: AbortSignal,
  pauseMs: number,
): Promise<EndedTraining | 'superseded' | HandedOver> {
  const { study, number } = parseTrialId(id)!
  const stop = new AbortController()
  const trainer = deps.trainers[definition.trainer.kind]
  const end = trainer.canPause ? abortedLater(shutdown, pauseMs) : shutdown
  const signal = AbortSignal.any([end, stop.signal])
  const paused = new AbortController()
  const pause = trainer.canPause ? AbortSignal.any([shutdown, paused.signal]) : shutdown
  const judge = await createJudge(deps, study, number, definition.pruner, shutdown)
  const reporter = createReporter(deps, study, number, trial.attempt, signal, {
    stop: (why) => stop.abort(why),
    pause: () => paused.abort('paused'),
    stored: judge.lookAround,
  })
  const pruning = pruneBy(judge, reporter, stop)
  const request = {
    trainer: definition.trainer,
    params: trial.params,
    seed: trialSeed(definition.seed, number),
    metricNames: definition.metrics.map(({ name }) => name),
    ...(checkpoint && { checkpoint }),
  }
  // The trials of a study that others train are never started here.
  const training = await settled(trainer.train!(request, pruning.hear, signal, pause))
  const isComplete = await reporter.drain()
  if (stop.signal.reason === 'superseded') return 'superseded'
  const outcome = pruning.outcome(isComplete) ?? stoppedOutcome(stop.signal, training)
  if (outcome) return { outcome }
  if ('trained' in training) {
    const { model, ...measured } = training.trained
    return { outcome: completed(definition, measured), model }
  }
  const { error } = training
  const isLeft = shutdown.aborted || error instanceof TrainingPaused
  if (isLeft) return { handedOver: isComplete ? checkpointOf(error) : {} }
  if (error instanceof TrainingFailed) return { outcome: { state: 'failed', reason: error.message } }
  deps.logger.error({ studyId: study, trialId: id, attempt: trial.attempt, err: error }, 'trainer broke')
  return { outcome: { state: 'failed', reason: 'The trainer broke; its log says why.' } }
}

type Settled = { readonly trained: TrainingResult } | { readonly error: unknown }

async function settled(training: Promise<TrainingResult>): Promise<Settled> {
  return training.then(
    (trained) => ({ trained }),
    (error: unknown) => ({ error }),
  )
}

/** Hands reports on until the trial is given up: how many come while its training ends would be chance. */
function pruneBy(judge: Judge, reporter: Reporter, stop: AbortController) {
  let pruned: (TrialOutcome & { state: 'pruned' }) | undefined
  return {
    hear(report: Report): void {
      if (pruned) return
      reporter.push(report)
      const decision = judge.hear(report)
      if (!decision) return
      pruned = { state: 'pruned', metrics: report.metrics, ...decision }
      stop.abort('pruned')
    },
    /** @param isComplete whether the journal has all reports that the decision was made by. */
    outcome(isComplete: boolean): TrialOutcome | undefined {
      if (!pruned || isComplete) return pruned
      const { pruning: _, ...rest } = pruned
      return rest
    },
  }
}

/** A training that came to its end all the same is worth what it came to. */
function stoppedOutcome({ aborted, reason }: AbortSignal, training: Settled): TrialOutcome | undefined {
  if (!aborted || 'trained' in training) return undefined
  const what = reason === 'trial-stopped' ? 'trial' : 'study'
  return { state: 'canceled', reason: `The ${what} was stopped.` }
}

/** None that would weigh on Redis: without one, the next attempt begins anew and comes to the same. */
function checkpointOf(error: unknown): { checkpoint?: Uint8Array } {
  const fits = error instanceof TrainingPaused && error.checkpoint.length <= CHECKPOINT_BYTES_MAX
  return fits ? { checkpoint: error.checkpoint } : {}
}

function abortedLater(signal: AbortSignal, ms: number): AbortSignal {
  const later = new AbortController()
  const wait = () => setTimeout(() => later.abort(signal.reason), ms).unref()
  if (signal.aborted) wait()
  else signal.addEventListener('abort', wait, { once: true })
  return later.signal
}

function completed({ metrics }: StudyDefinition, measured: MeasuredMetrics): TrialOutcome {
  const missing = missingMetrics(metrics, measured.metrics)
  if (missing.length > 0)
    return { state: 'failed', reason: `The trainer gave no finite ${missing.join(', ')}.` }
  const [below] = belowScale(metrics, measured.metrics)
  if (below === undefined) return { state: 'completed', ...measured }
  const reason = `${below} is ${measured.metrics[below]}, below 0, for which a log scale has no place.`
  return { state: 'failed', reason }
}
