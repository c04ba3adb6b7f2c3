import type { MlpSettings } from '../../../domain/mlp-settings.ts'
import { TrainingFailed } from '../../../services/ports/trainer.ts'
import { createRows, type Rows } from '../engine/native-engine.ts'
import type { Dataset } from './dataset.ts'
import { rowWeights } from './row-weights.ts'
import { type Fold, foldRows, type SplitSettings } from './split.ts'
import {
  type FeatureScaling,
  fitFeatures,
  fitScaling,
  type Scaling,
  scaleFeatures,
  scaleRows,
  unscaled,
} from './standardize.ts'

/** What one training learns from and is judged by, in native memory. */
export interface TrainingData {
  readonly fitted: Rows
  readonly judged: Rows
  /**
   * Multiplies a standardized error of a regression back to the target's unit; 1 for classes, labels, and several targets,
   * whose errors stay in deviations: their units may differ.
   */
  readonly targetDeviation: number
  /** What the rows were standardized by. */
  readonly scaling: { readonly features: FeatureScaling; readonly targets: Scaling }
}

// Every trial of a study uses the same parts, so a few dozen serve all studies that run at once, folds included.
const CACHED_MAX = 64
const cache = new Map<string, TrainingData>()

type DataSettings = SplitSettings & Pick<MlpSettings, 'classWeights' | 'sampleWeights'>

/** The whole of the rows but the test rows, for the last training; or one fold of them. */
export type Purpose = 'test' | Fold

/**
 * A fold: fits the training part and is judged by the validation part; the test rows stay out of it.
 * `test`: fits training and validation part and is judged by the test part; for the winner alone.
 */
export function trainingData(dataset: Dataset, settings: DataSettings, purpose: Purpose): TrainingData {
  const { validationFraction, testFraction, splitSeed } = settings
  const part = purpose === 'test' ? purpose : `${purpose.index}/${purpose.count}`
  const key = JSON.stringify([
    dataset.name,
    dataset.digest,
    validationFraction,
    testFraction,
    splitSeed,
    settings.classWeights,
    settings.sampleWeights,
    part,
  ])
  const data = cache.get(key) ?? prepare(dataset, settings, purpose)
  cache.delete(key)
  cache.set(key, data)
  if (cache.size > CACHED_MAX) cache.delete(cache.keys().next().value!)
  return data
}

function prepare(dataset: Dataset, settings: DataSettings, purpose: Purpose): TrainingData {
  const { fitted, judged } = rowsFor(dataset, settings, purpose)
  const columns = dataset.featureNames.length
  const features = fitFeatures(dataset.features, columns, fitted)
  const outputs = dataset.targetNames.length
  const isScaled = dataset.task === 'regression'
  const targets = isScaled ? fitScaling(dataset.targets, outputs, fitted) : unscaled(outputs)
  const toRows = (rows: readonly number[], weights?: Float32Array) => {
    const x = scaleFeatures(dataset.features, rows, features)
    if (dataset.task !== 'classification') {
      return createRows(
        x,
        finiteTargets(scaleRows(dataset.targets, rows, targets)),
        columns,
        outputs,
        weights,
      )
    }
    const labels = Int32Array.from(rows, (row) => dataset.targets[row]!)
    return createRows(x, labels, columns, dataset.classes.length, weights)
  }
  const targetDeviation = outputs === 1 ? targets.deviation[0]! : 1
  const fittedWeights = rowWeights(dataset, fitted, settings.classWeights)
  const judgedWeights = rowWeights(dataset, judged, 'none')
  checkWeights(settings, fittedWeights, judgedWeights)
  const scaling = { features, targets }
  return {
    fitted: toRows(fitted, fittedWeights),
    judged: toRows(judged, judgedWeights),
    targetDeviation,
    scaling,
  }
}

/** Values that the rows to learn from tell nothing of the size of, such as 1e60 beside zeros alone. */
function finiteTargets(targets: Float32Array): Float32Array {
  if (targets.every(Number.isFinite)) return targets
  throw new TrainingFailed(
    'Some target values are too far from those of the training rows to be told in their deviations: try another splitSeed, or take the outliers out.',
  )
}

/** Where only a few rows count, a part may have none of them. */
function checkWeights(
  { sampleWeights }: DataSettings,
  ...parts: readonly (Float32Array | undefined)[]
): void {
  if (parts.every((weights) => !weights || weights.some((weight) => weight > 0))) return
  throw new TrainingFailed(
    `Too few rows have a ${sampleWeights} above 0: one part of the rows has none. Try another splitSeed, or give more rows a weight.`,
  )
}

function rowsFor(dataset: Dataset, settings: DataSettings, purpose: Purpose) {
  if (purpose !== 'test') {
    const { training, validation } = foldRows(dataset, settings, purpose)
    return { fitted: training, judged: validation }
  }
  const { training, validation, test } = foldRows(dataset, settings, { index: 0, count: 1 })
  return { fitted: [...training, ...validation], judged: test }
}
