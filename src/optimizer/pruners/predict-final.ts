import { type Objective, toMinimized } from '../../domain/metric.ts'
import { FEWEST_COMPLETED } from '../../domain/study.ts'
import type { Pruning } from '../../domain/trial.ts'
import { mean } from '../../math/stats.ts'
import { bestBy, type CompletedCurve, type LearningCurve } from './learning-curve.ts'

/** What a trial would come to, and how surely; smaller is better. */
export interface FinalPrediction {
  readonly value: number
  /** Standard deviation of what it would really come to around that. */
  readonly standardError: number
}

// Of the slope, in units of the standardized values: one trial's worth of belief in a gain that is the same for all.
const SHRINKAGE = 1

/**
 * What completed trials gained after this step, as a straight line over how good they were by then: Bayesian regression
 * with a normal belief about the slope (ridge), whose predictive deviation grows with the distance from what is known.
 *
 * @returns undefined where fewer than three others completed, or the trial has not reported.
 */
export function predictFinal(
  own: LearningCurve,
  completed: readonly CompletedCurve[],
): FinalPrediction | undefined {
  const step = own.steps.at(-1)
  if (step === undefined) return undefined
  const known = completed.flatMap((other) => {
    const value = bestBy(other, step)
    return value === undefined ? [] : { value, gain: value - other.final }
  })
  if (known.length < FEWEST_COMPLETED) return undefined
  const { gain, standardError } = regress(known, own.best.at(-1)!)
  // The best so far is never lost.
  return { value: own.best.at(-1)! - Math.max(gain, 0), standardError }
}

/** The same in the objective's own unit. */
export function expectedOf(
  objective: Objective,
  own: LearningCurve,
  completed: readonly CompletedCurve[],
): Pick<Pruning, 'expected'> {
  const { value, standardError } = predictFinal(own, completed) ?? {}
  // JSON holds neither these nor -0, which the sum turns into 0.
  if (!Number.isFinite(value) || !Number.isFinite(standardError)) return {}
  return { expected: { value: toMinimized(objective, value!) + 0, standardError: standardError! } }
}

function regress(
  known: readonly { value: number; gain: number }[],
  at: number,
): { gain: number; standardError: number } {
  const count = known.length
  const values = standardizer(known.map(({ value }) => value))
  const centre = mean(known.map(({ gain }) => gain))
  const information = known.reduce((sum, { value }) => sum + values(value) ** 2, SHRINKAGE)
  const slope = known.reduce((sum, { value, gain }) => sum + values(value) * (gain - centre), 0) / information
  const rest = known.map(({ value, gain }) => gain - centre - slope * values(value))
  const spread = mean(known.map(({ gain }) => (gain - centre) ** 2))
  // One trial's worth of what the gains differ by, as a few that lie on a line by chance are not exact.
  const variance = (rest.reduce((sum, error) => sum + error ** 2, 0) + spread) / (count - 1)
  const leverage = 1 + 1 / count + values(at) ** 2 / information
  return { gain: centre + slope * values(at), standardError: Math.sqrt(variance * leverage) }
}

function standardizer(values: readonly number[]): (value: number) => number {
  const centre = mean(values)
  const deviation = Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) || 1
  return (value) => (value - centre) / deviation
}
