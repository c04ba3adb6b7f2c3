import type { MetricValues } from '../../domain/metric.ts'
import type { Dataset } from './data/dataset.ts'
import type { NetworkShape, Scores } from './engine/native-engine.ts'
import { weightCount } from './engine/network-shape.ts'

/** Known only at the end of a training. */
const AT_END = ['bestEpoch', 'epochsRun']
const COMMON = ['trainingLoss', ...AT_END, 'weightCount', 'predictionFlops']

/** Differ from run to run, so a trial tells them only where its study names them: equal seeds give equal trials else. */
export const TIMES = ['trainingSeconds', 'predictionSeconds'] as const

/** Too dear for every epoch; the others are not. */
const ONCE = ['validationLogLoss', 'validationRocAuc']

/** Everything that a trial of the mlp trainer measures: what it can be judged by, or held to. */
export const METRICS: Readonly<Record<Dataset['task'], readonly string[]>> = {
  classification: [
    'validationLoss',
    'validationAccuracy',
    'validationBalancedAccuracy',
    'validationMacroF1',
    'validationLogLoss',
    'validationRocAuc',
    ...COMMON,
    ...TIMES,
  ],
  'multi-label': [
    'validationLoss',
    'validationAccuracy',
    'validationMacroF1',
    'validationLogLoss',
    'validationRocAuc',
    ...COMMON,
    ...TIMES,
  ],
  regression: [
    'validationLoss',
    'validationRmse',
    'validationMse',
    'validationMae',
    'validationR2',
    ...COMMON,
    ...TIMES,
  ],
}

/** Whether a metric is better when it is larger. */
export function isMaximized(name: string): boolean {
  return /Accuracy|F1|Auc|R2/.test(name)
}

/** Whether it may be below 0: a log scale has no place for that. */
export function canBeNegative(name: string): boolean {
  return name === 'validationR2'
}

/** Whether every epoch tells it. */
export function isReported(name: string): boolean {
  return ![...AT_END, ...TIMES].includes(name)
}

/** Whether a study that names these needs all scores of every epoch. */
export function needsAllScores(names: readonly string[]): boolean {
  return names.some((name) => ONCE.includes(name))
}

/** Why a trial lacks a metric that its study names, where that is in its rows. */
export function whyUndefined(names: readonly string[], metrics: MetricValues): string | undefined {
  if (!names.includes('validationRocAuc') || metrics.validationRocAuc !== undefined) return undefined
  return 'validationRocAuc has no value: it needs two classes among the rows of each validation part. Try a larger validationFraction, or fewer folds.'
}

/** The engine's scores under the names of the validation part; the errors of a single value in its unit. */
export function validationMetrics(scores: Scores, targetDeviation: number): MetricValues {
  const entries = Object.entries(inTargetUnit(scores, targetDeviation))
  return finite(Object.fromEntries(entries.map(([name, value]) => [validationName(name), value])))
}

function validationName(score: string): string {
  return `validation${score[0]!.toUpperCase()}${score.slice(1)}`
}

export function testMetrics(scores: Scores, targetDeviation: number): MetricValues {
  return finite({ ...inTargetUnit(scores, targetDeviation) })
}

/** The loss stays in the unit that it was minimized in. */
function inTargetUnit(scores: Scores, deviation: number): Scores {
  const { mse, rmse, mae } = scores
  if (mse === undefined) return scores
  return { ...scores, mse: mse * deviation ** 2, rmse: rmse! * deviation, mae: mae! * deviation }
}

/** How large a network is, whatever it has learned. */
export function sizesOf(shape: NetworkShape): MetricValues {
  return { weightCount: weightCount(shape), predictionFlops: predictionFlops(shape.layers) }
}

/** Multiplications and additions of one row's way through the network, two a weight. */
function predictionFlops(layers: readonly number[]): number {
  return layers.slice(1).reduce((sum, outputs, l) => sum + 2 * layers[l]! * outputs, 0)
}

/** JSON holds neither undefined nor infinite numbers: a metric that is neither here nor there is left out. */
function finite(metrics: Readonly<Record<string, number | undefined>>): MetricValues {
  return Object.fromEntries(
    Object.entries(metrics).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  )
}
