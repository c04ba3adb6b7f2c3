import { type Metric, objectivesOf } from '../../domain/metric.ts'
import { FEWEST_COMPLETED } from '../../domain/study.ts'
import type { Pruning } from '../../domain/trial.ts'
import { mean } from '../../math/stats.ts'
import { type CompletedCurve, type LearningCurve, standingBy } from './learning-curve.ts'
import { inOwnUnits, type Standing } from './standing.ts'

/** What a trial would come to, and how surely. */
export interface FinalPrediction {
  readonly values: Standing
  /** Standard deviations of what it would really come to around that. */
  readonly standardErrors: readonly number[]
}

// Of the slope, in units of the standardized values: one trial's worth of belief in a gain that is the same for all.
const SHRINKAGE = 1

/**
 * What completed trials gained after this step, as a straight line over how good they were by then: Bayesian regression
 * with a normal belief about the slope (ridge), whose predictive deviation grows with the distance from what is known.
 * Each metric by itself; one that no training changes, a size, is known exactly.
 *
 * @returns undefined where fewer than three others completed, or the trial has not reported.
 */
export function predictFinal(
  metrics: readonly Metric[],
  own: LearningCurve,
  completed: readonly CompletedCurve[],
): FinalPrediction | undefined {
  const step = own.steps.at(-1)
  if (step === undefined) return undefined
  const known = completed.flatMap((other) => {
    const before = standingBy(other, step)
    return before === undefined || before === 'failed' ? [] : { before, final: other.final }
  })
  if (known.length < FEWEST_COMPLETED) return undefined
  const objectives = objectivesOf(metrics).length
  const predictions = own.standings.at(-1)!.map((value, k) => {
    const gains = known.map(({ before, final }) => ({ value: before[k]!, gain: before[k]! - final[k]! }))
    const { gain, standardError } = regress(gains, value)
    // A line may say of very good trials that they get worse: none does by more than a completed one did.
    const least = k < objectives ? Math.min(0, ...gains.map((one) => one.gain)) : Number.NEGATIVE_INFINITY
    return { value: value - Math.max(gain, least), standardError }
  })
  return {
    values: predictions.map(({ value }) => value),
    standardErrors: predictions.map(({ standardError }) => standardError),
  }
}

/** The same in the unit of each metric. */
export function expectedOf(
  metrics: readonly Metric[],
  own: LearningCurve,
  completed: readonly CompletedCurve[],
): Pick<Pruning, 'expected'> {
  const { values = [], standardErrors = [] } = predictFinal(metrics, own, completed) ?? {}
  // JSON holds no other numbers.
  if (values.length === 0 || ![...values, ...standardErrors].every(Number.isFinite)) return {}
  return { expected: inOwnUnits(metrics, values, standardErrors) }
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
