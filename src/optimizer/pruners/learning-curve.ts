import type { StudySnapshot } from '../../domain/events.ts'
import { type Objective, toMinimized } from '../../domain/metric.ts'
import type { Report, Trial } from '../../domain/trial.ts'

/** How good a trial had been by each step; smaller is better. */
export interface LearningCurve {
  /** Those that it reported, ascending. */
  readonly steps: readonly number[]
  /** By each of them the best so far: what a trial comes to is its best, too. */
  readonly best: readonly number[]
  /** What it came to; absent unless it completed. */
  readonly final?: number
  /** It failed: worse than any other from there on. */
  readonly hasFailed?: true
}

/** Of a trial that completed. */
export type CompletedCurve = LearningCurve & { readonly final: number }

export function completedOf(curves: readonly LearningCurve[]): CompletedCurve[] {
  return curves.filter((curve): curve is CompletedCurve => curve.final !== undefined)
}

/** @param reports with finite values of the objective, or without it. */
export function learningCurve(objective: Objective, reports: readonly Report[]): LearningCurve {
  const steps: number[] = []
  const best: number[] = []
  for (const { step, metrics } of reports) {
    const value = metrics[objective.name]
    if (value === undefined) continue
    steps.push(step)
    best.push(Math.min(toMinimized(objective, value), best.at(-1) ?? Number.POSITIVE_INFINITY))
  }
  return { steps, best }
}

// Every report asks: with ten times as many it would wait for milliseconds, and would hardly be told anything else.
const MOST = 1000

/** Those of the newest trials, and of the best, but for one that is judged. A trial that reported nothing has none. */
export function curvesOf(
  { study, trials }: Pick<StudySnapshot, 'study' | 'trials'>,
  objective: Objective,
  number?: number,
): LearningCurve[] {
  const best = trials[study.bestTrial ?? trials.length]
  const isOlder = best && best.number < trials.length - MOST
  const compared = [...(isOlder ? [best] : []), ...trials.slice(-MOST)]
  const curves = compared.flatMap((trial) => (trial.number === number ? [] : curveOf(trial, objective)))
  return curves.filter(({ steps, hasFailed }) => steps.length > 0 || hasFailed)
}

// A trial is another object as soon as anything about it changes.
const known = new WeakMap<Trial, LearningCurve>()

export function curveOf(trial: Trial, objective: Objective): LearningCurve {
  const curve = known.get(trial) ?? {
    ...learningCurve(objective, trial.curve ?? []),
    ...endOf(trial, objective),
  }
  known.set(trial, curve)
  return curve
}

function endOf({ state, metrics }: Trial, objective: Objective): Pick<LearningCurve, 'final' | 'hasFailed'> {
  if (state === 'failed' || state === 'infeasible') return { hasFailed: true }
  const value = state === 'completed' ? metrics?.[objective.name] : undefined
  return value === undefined ? {} : { final: toMinimized(objective, value) }
}

/** The best by a step; undefined where the trial has not come so far. One that completed earlier needed no more steps. */
export function bestBy({ steps, best, final, hasFailed }: LearningCurve, step: number): number | undefined {
  let at = steps.length
  while (at > 0 && steps[at - 1]! > step) at--
  if (at < steps.length || steps[at - 1] === step || final !== undefined) return best[at - 1]
  return hasFailed ? Number.POSITIVE_INFINITY : undefined
}

/** The same by the first report at a step or beyond it, where not every step is reported. */
export function bestFrom(curve: LearningCurve, step: number): number | undefined {
  return bestBy(curve, curve.steps.find((reported) => reported >= step) ?? step)
}

/** Steps of the longest. */
export function fullLength(completed: readonly CompletedCurve[]): number {
  return completed.reduce((most, { steps }) => Math.max(most, steps.at(-1)!), 0)
}
