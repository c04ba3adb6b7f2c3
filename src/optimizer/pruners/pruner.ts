import type { Metric } from '../../domain/metric.ts'
import type { PrunerSpec } from '../../domain/study.ts'
import type { CompletedCurve, LearningCurve } from './learning-curve.ts'

/** What a pruner may know: no times, no workers. */
export interface PrunerInput<Spec> {
  readonly spec: Spec
  readonly metrics: readonly Metric[]
  /** Of the trial in question, up to now. */
  readonly own: LearningCurve
  /** The last step that it reported: before the end of a whole training, and not before `firstStep`. */
  readonly step: number
  /** Of all other trials, as far as they have come. */
  readonly others: readonly LearningCurve[]
  /** Those of them that completed. */
  readonly completed: readonly CompletedCurve[]
  /** The first step at which a trial may be given up. */
  readonly firstStep: number
}

/** A way to give up trials early. */
export interface Pruner<Spec> {
  /** Why the trial is to be given up after this step; undefined while it is to go on. Pure. */
  whyPrune(input: PrunerInput<Spec>): string | undefined
}

const MIN_TRIALS = 5

/** Trials that have to complete before one is given up by how these went on. */
export function minTrialsOf(spec: PrunerSpec): number {
  return spec.kind === 'none' ? Number.POSITIVE_INFINITY : (spec.minTrials ?? MIN_TRIALS)
}
