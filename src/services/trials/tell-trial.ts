import { checkResult } from '../../domain/check-metrics.ts'
import type { StudyId } from '../../domain/ids.ts'
import { type Measurement, toMeasured } from '../../domain/metric.ts'
import type { Study } from '../../domain/study.ts'
import {
  type Attributes,
  type FinishedState,
  isTrialFinished,
  type Trial,
  type TrialOutcome,
} from '../../domain/trial.ts'
import { pruningOf } from '../../optimizer/should-prune.ts'
import { bestEffort } from '../best-effort.ts'
import type { ServiceDeps } from '../deps.ts'
import type { Told } from '../ports/study-records.ts'
import { refuseFaults } from '../refuse-faults.ts'
import { topUp } from '../scheduling/top-up.ts'

/** What a worker says of the end of its trial. */
export interface Telling {
  readonly state: Exclude<FinishedState, 'canceled'>
  readonly metrics?: Readonly<Record<string, Measurement>> | undefined
  readonly reason?: string | undefined
  readonly attributes?: Attributes | undefined
}

/**
 * Ends a trial of an external study, or adds a further observation to one that has ended without this attempt.
 *
 * @param attempt 0 for the only one there was.
 * @throws invalid-request when it completed without a metric that the study is judged by; not-external, unknown-lease
 */
export async function tellTrial(
  deps: ServiceDeps,
  id: StudyId,
  number: number,
  attempt: number,
  telling: Telling,
): Promise<{ trial: Trial; isLate: boolean }> {
  const { study } = await deps.store.getStudy(id)
  const outcome = toOutcome(telling)
  refuseFaults('invalid-request', checkResult(study.definition.metrics, outcome))
  const whole = outcome.state === 'pruned' ? await withCurve(deps, study, number, attempt, outcome) : outcome
  const told = await deps.store.tellTrial(id, number, attempt, whole)
  await bestEffort(deps, id, topUp(deps, id))
  const trial = await deps.store.getTrial(id, number)
  return { trial, isLate: isLate(told, trial, attempt) }
}

function isLate(told: Told, { observations = [] }: Trial, attempt: number): boolean {
  return (
    told === 'late' ||
    told === 'lost' ||
    (told === 'repeated' && observations.some((other) => other.attempt === Math.max(attempt, 1)))
  )
}

function toOutcome({ state, metrics, reason, attributes }: Telling): TrialOutcome {
  return {
    state,
    ...(metrics && toMeasured(metrics)),
    ...(reason !== undefined && { reason }),
    ...(attributes && { attributes }),
  }
}

/** A trial that was given up with its curve's last metrics, unless told, and what it would have come to. */
async function withCurve(
  deps: ServiceDeps,
  { id, definition }: Study,
  number: number,
  attempt: number,
  outcome: TrialOutcome,
): Promise<TrialOutcome> {
  const trial = await deps.store.getTrial(id, number)
  // The curve is that of whoever holds the trial.
  if (isTrialFinished(trial.state) || trial.attempt !== Math.max(attempt, 1)) return outcome
  const metrics = outcome.metrics ?? trial.curve?.at(-1)?.metrics
  const isJudged = definition.pruner.kind !== 'none'
  const pruning = isJudged ? pruningOf(await deps.curves.load(id), number) : undefined
  return { ...outcome, ...(metrics && { metrics }), ...(pruning && { pruning }) }
}
