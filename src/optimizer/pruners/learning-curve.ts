import { type Metric, objectivesOf } from '../../domain/metric.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Report, Trial } from '../../domain/trial.ts'
import { type Standing, standingOf } from './standing.ts'

/** Where a trial had stood by each step. */
export interface LearningCurve {
  /** Those that it reported, ascending. */
  readonly steps: readonly number[]
  /** By each of them; of objectives the best so far. */
  readonly standings: readonly Standing[]
  /** What it came to; absent unless it completed. */
  readonly final?: Standing
  /** It failed: worse than any other from there on. */
  readonly hasFailed?: true
}

/** Of a trial that completed. */
export type CompletedCurve = LearningCurve & { readonly final: Standing }

export function completedOf(curves: readonly LearningCurve[]): CompletedCurve[] {
  return curves.filter((curve): curve is CompletedCurve => curve.final !== undefined)
}

/** @param reports those that lack an objective, or a metric that is bounded, are passed over. */
export function learningCurve(metrics: readonly Metric[], reports: readonly Report[]): LearningCurve {
  const count = objectivesOf(metrics).length
  const steps: number[] = []
  const standings: Standing[] = []
  for (const report of reports) {
    const standing = standingOf(metrics, report.metrics)
    if (!standing) continue
    const before = standings.at(-1)
    steps.push(report.step)
    standings.push(
      before ? standing.map((value, k) => (k < count ? Math.min(value, before[k]!) : value)) : standing,
    )
  }
  return { steps, standings }
}

// Every report asks: with ten times as many it would wait for milliseconds, and would hardly be told anything else.
const MOST = 1000

/** Those of the newest trials, and of the best, but for one that is judged. A trial that reported nothing has none. */
export function curvesOf(
  { study, trials }: Pick<StudySnapshot, 'study' | 'trials'>,
  number?: number,
): LearningCurve[] {
  const { metrics } = study.definition
  const best = trials[study.bestTrial ?? trials.length]
  const isOlder = best && best.number < trials.length - MOST
  const compared = [...(isOlder ? [best] : []), ...trials.slice(-MOST)]
  const curves = compared.flatMap((trial) => (trial.number === number ? [] : curveOf(trial, metrics)))
  return curves.filter(({ steps, hasFailed }) => steps.length > 0 || hasFailed)
}

// A trial is another object as soon as anything about it changes.
const known = new WeakMap<Trial, LearningCurve>()

export function curveOf(trial: Trial, metrics: readonly Metric[]): LearningCurve {
  const curve = known.get(trial) ?? {
    ...learningCurve(metrics, trial.curve ?? []),
    ...endOf(trial, metrics),
  }
  known.set(trial, curve)
  return curve
}

function endOf(
  { state, metrics: told = {} }: Trial,
  metrics: readonly Metric[],
): Pick<LearningCurve, 'final' | 'hasFailed'> {
  if (state === 'failed' || state === 'infeasible') return { hasFailed: true }
  const final = state === 'completed' ? standingOf(metrics, told) : undefined
  return final ? { final } : {}
}

/** By a step; undefined where the trial has not come so far. One that completed earlier needed no more steps. */
export function standingBy(
  { steps, standings, final, hasFailed }: LearningCurve,
  step: number,
): Standing | 'failed' | undefined {
  let at = steps.length
  while (at > 0 && steps[at - 1]! > step) at--
  if (at < steps.length || steps[at - 1] === step || final !== undefined) return standings[at - 1]
  return hasFailed ? 'failed' : undefined
}

/** The same by the first report at a step or beyond it, where not every step is reported. */
export function standingFrom(curve: LearningCurve, step: number): Standing | 'failed' | undefined {
  return standingBy(curve, curve.steps.find((reported) => reported >= step) ?? step)
}

/** Of all that came to a step. */
export function standingsBy(curves: readonly LearningCurve[], step: number): (Standing | 'failed')[] {
  return curves.map((curve) => standingBy(curve, step)).filter((standing) => standing !== undefined)
}

/** Steps of the longest. */
export function fullLength(completed: readonly CompletedCurve[]): number {
  return completed.reduce((most, { steps }) => Math.max(most, steps.at(-1)!), 0)
}
