import type { StudySnapshot } from '../domain/events.ts'
import { type Objective, objectivesOf, toMinimized } from '../domain/metric.ts'
import type { PrunerSpec } from '../domain/study.ts'
import type { Pruning, Report } from '../domain/trial.ts'
import {
  type CompletedCurve,
  completedOf,
  curvesOfOthers,
  fullLength,
  type LearningCurve,
  learningCurve,
} from './pruners/learning-curve.ts'
import { predictFinal } from './pruners/predict-final.ts'
import type { Pruner } from './pruners/pruner.ts'
import { PRUNERS } from './registry.ts'

/** Why a trial is given up, and what that was decided by. */
export interface PruningDecision {
  readonly reason: string
  readonly pruning: Pruning
}

const MIN_TRIALS = 5
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
  if (spec.kind === 'none') return undefined
  const [objective] = objectivesOf(metrics)
  const own = learningCurve(objective!, reports)
  const step = reports.at(-1)?.step
  const others = curvesOfOthers(snapshot, objective!, number)
  const completed = completedOf(others)
  const length = fullLength(completed)
  const firstStep = spec.minSteps ?? Math.ceil(length / FIRST_RUNG)
  const isKnown = step !== undefined && step === own.steps.at(-1)
  if (!isKnown || step < firstStep || step >= length) return undefined
  if (completed.length < (spec.minTrials ?? MIN_TRIALS)) return undefined
  const pruner = PRUNERS[spec.kind] as Pruner<PrunerSpec>
  const reason = pruner.whyPrune({ spec, own, step, others, completed, firstStep })
  if (reason === undefined) return undefined
  return { reason, pruning: { step, revision, ...expectedOf(objective!, own, completed) } }
}

/** Of a trial that is given up, whatever a pruner says. @returns undefined where it has no report to go by. */
export function pruningOf(snapshot: StudySnapshot, number: number): Pruning | undefined {
  const { study, trials, revision } = snapshot
  const [objective] = objectivesOf(study.definition.metrics)
  const own = learningCurve(objective!, trials[number]?.curve ?? [])
  const step = own.steps.at(-1)
  if (step === undefined) return undefined
  const completed = completedOf(curvesOfOthers(snapshot, objective!, number))
  return { step, revision, ...expectedOf(objective!, own, completed) }
}

function expectedOf(
  objective: Objective,
  own: LearningCurve,
  completed: readonly CompletedCurve[],
): Pick<Pruning, 'expected'> {
  const { value, standardError } = predictFinal(own, completed) ?? {}
  // JSON holds neither these nor -0, which the sum turns into 0.
  if (!Number.isFinite(value) || !Number.isFinite(standardError)) return {}
  return { expected: { value: toMinimized(objective, value!) + 0, standardError: standardError! } }
}
