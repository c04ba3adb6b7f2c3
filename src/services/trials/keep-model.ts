import type { StudyId } from '../../domain/ids.ts'
import { scoreOf } from '../../domain/metric.ts'
import type { StudyDefinition } from '../../domain/study.ts'
import type { TrialOutcome } from '../../domain/trial.ts'
import type { ServiceDeps } from '../deps.ts'

/** A network of four million weights. Larger ones cost more to keep than to train again. */
const MODEL_BYTES_MAX = 16 * 1024 * 1024

export interface TrainedTrial {
  readonly number: number
  readonly outcome: TrialOutcome
  /** What was trained, as its trainer keeps it. */
  readonly model?: (() => Uint8Array) | undefined
}

/**
 * Keeps what a trial has trained when it is better than all before, which is before the trial ends: so the best trial
 * has its network whenever a worker dies. @returns whether it did, so that `settle` is to follow the trial's end.
 */
export async function keepIfBest(
  { models }: ServiceDeps,
  study: StudyId,
  { metrics: wanted }: StudyDefinition,
  { number, outcome, model }: TrainedTrial,
): Promise<boolean> {
  if (!model || outcome.state !== 'completed') return false
  const score = scoreOf(wanted, outcome.metrics ?? {})
  if (score === undefined || !(await models.mayBeBest(study, score))) return false
  const content = model()
  if (content.byteLength > MODEL_BYTES_MAX) return false
  await models.put(study, number, content)
  return true
}
