import { isFeasibleOutcome, type Objective, objectivesOf, toMinimized } from '../../domain/metric.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Trial } from '../../domain/trial.ts'
import type { Numerics } from '../numerics.ts'
import { fitSurrogate, type Surrogate } from './surrogate.ts'

/** What is explained: one objective of a study, by its history. */
export interface Subject {
  readonly snapshot: StudySnapshot
  readonly objective: Objective
  /** Completed trials that have this objective, the best first; those that break an outcome constraint after all others. */
  readonly ranked: readonly Trial[]
}

/** With a model of it. */
export interface Modeled extends Subject {
  readonly surrogate: Surrogate
}

/** @param metric name of an objective of the study. */
export function subjectOf(snapshot: StudySnapshot, metric: string): Subject {
  const { metrics: all } = snapshot.study.definition
  const objective = objectivesOf(all).find(({ name }) => name === metric)!
  const value = (trial: Trial) => toMinimized(objective, trial.metrics![metric]!)
  const breaks = (trial: Trial) => Number(!isFeasibleOutcome(all, trial.metrics!))
  const done = snapshot.trials.filter(
    ({ state, metrics }) => state === 'completed' && Number.isFinite(metrics?.[metric]),
  )
  const ranked = done.toSorted((a, b) => breaks(a) - breaks(b) || value(a) - value(b))
  return { snapshot, objective, ranked }
}

/** Undefined while there are too few results. */
export function modeled(subject: Subject, numerics: Numerics): Modeled | undefined {
  const { snapshot, objective } = subject
  const k = objectivesOf(snapshot.study.definition.metrics).indexOf(objective)
  const surrogate = fitSurrogate(snapshot, objective, k, numerics)
  return surrogate && { ...subject, surrogate }
}
