import type { PrunerSpec } from '../domain/study.ts'
import type { StudySnapshot } from '../domain/study-snapshot.ts'
import type { Pruning, Report } from '../domain/trial.ts'
import { whyNotPromoted } from './pruners/first-round.ts'
import { completedOf, curvesOf, fullLength, learningCurve } from './pruners/learning-curve.ts'
import { expectedOf } from './pruners/predict-final.ts'
import { minTrialsOf, type Pruner, type PrunerInput } from './pruners/pruner.ts'
import { PRUNERS } from './registry.ts'

/** Why a trial is given up, and what that was decided by. */
export interface PruningDecision {
  readonly reason: string
  readonly pruning: Pruning
}

// Four rungs of a factor of three, the last of which is the end.
const FIRST_RUNG = 27

/**
 * Whether a trial that has just reported is to be given up. A pure function of the definition, the curves of the other
 * trials and how those ended, and its own reports: not of times, workers, or what else happened.
 *
 * @param snapshot the study with its trials' curves.
 * @param number of the trial.
 * @param reports all it has reported: what the snapshot has of it may be less.
 */
export function shouldPrune(
  snapshot: StudySnapshot,
  number: number,
  reports: readonly Report[],
): PruningDecision | undefined {
  const { study, revision } = snapshot
  const { pruner: spec, metrics } = study.definition
  if (spec.kind === 'none' || isConfirming(snapshot, number)) return undefined
  const own = learningCurve(metrics, reports)
  const step = reports.at(-1)?.step
  // By a report that lacks an objective, or a metric that is bounded, nothing is judged.
  if (step === undefined || step !== own.steps.at(-1)) return undefined
  const others = curvesOf(snapshot, number)
  const completed = completedOf(others)
  const isFirstRound = completed.length < minTrialsOf(spec)
  const reason = isFirstRound
    ? whyNotPromoted(snapshot, number, own)
    : whyPrune(spec, { metrics, own, step, others, completed })
  if (reason === undefined) return undefined
  return { reason, pruning: { step, revision, ...expectedOf(metrics, own, completed) } }
}

/** A run again is there to say how good its values are: given up when it looks bad, only lucky ones would count. */
function isConfirming({ trials }: StudySnapshot, number: number): boolean {
  return trials[number]?.origin.rationale?.intent === 'confirm'
}

function whyPrune(
  spec: Exclude<PrunerSpec, { kind: 'none' }>,
  seen: Omit<PrunerInput<PrunerSpec>, 'spec' | 'firstStep'>,
): string | undefined {
  const length = fullLength(seen.completed)
  const firstStep = spec.minSteps ?? Math.ceil(length / FIRST_RUNG)
  if (seen.step < firstStep || seen.step >= length) return undefined
  const pruner = PRUNERS[spec.kind] as Pruner<PrunerSpec>
  return pruner.whyPrune({ ...seen, spec, firstStep })
}

/** Of a trial that is given up, whatever a pruner says. @returns undefined where it has no report to go by. */
export function pruningOf(snapshot: StudySnapshot, number: number): Pruning | undefined {
  const { study, trials, revision } = snapshot
  const { metrics } = study.definition
  const own = learningCurve(metrics, trials[number]?.curve ?? [])
  const step = own.steps.at(-1)
  if (step === undefined) return undefined
  const completed = completedOf(curvesOf(snapshot, number))
  return { step, revision, ...expectedOf(metrics, own, completed) }
}
