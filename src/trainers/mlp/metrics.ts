import type { MetricValues } from '../../domain/metric.ts'
import type { Dataset } from './dataset.ts'
import type { Scores } from './native-engine.ts'

const COMMON = ['trainingLoss', 'bestEpoch', 'weightCount']

/** Everything that a trial of the mlp trainer measures: what it can be judged by, or held to. */
export const METRICS: Readonly<Record<Dataset['task'], readonly string[]>> = {
  classification: ['validationLoss', 'validationAccuracy', ...COMMON],
  regression: ['validationLoss', 'validationRmse', 'validationR2', ...COMMON],
}

/** The engine's scores under the names of the validation part; the error of a regression in the target's unit. */
export function validationMetrics(scores: Scores, targetDeviation: number): MetricValues {
  const { loss, accuracy, rmse, r2 } = inTargetUnit(scores, targetDeviation)
  return finite({
    validationLoss: loss,
    validationAccuracy: accuracy,
    validationRmse: rmse,
    validationR2: r2,
  })
}

export function testMetrics(scores: Scores, targetDeviation: number): MetricValues {
  return finite({ ...inTargetUnit(scores, targetDeviation) })
}

function inTargetUnit(scores: Scores, targetDeviation: number): Scores {
  return scores.rmse === undefined ? scores : { ...scores, rmse: scores.rmse * targetDeviation }
}

/** JSON holds neither undefined nor infinite numbers: a metric that is neither here nor there is left out. */
function finite(metrics: Readonly<Record<string, number | undefined>>): MetricValues {
  return Object.fromEntries(
    Object.entries(metrics).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  )
}
