import type { Dataset } from './dataset.ts'
import { createRows, type Rows } from './native-engine.ts'
import { type SplitSettings, splitRows } from './split.ts'
import { fitScaling, scaleFeatures, scaleRows } from './standardize.ts'

/** What one training learns from and is judged by, in native memory. */
export interface TrainingData {
  readonly fitted: Rows
  readonly judged: Rows
  /** Multiplies a standardized error of a regression back to the target's unit; 1 for classification. */
  readonly targetDeviation: number
}

// Every trial of a study uses the same parts, so a handful serves all studies that run at once.
const CACHED_MAX = 16
const cache = new Map<string, TrainingData>()

/**
 * `search`: fits the training part and is judged by the validation part; the test rows stay out of it.
 * `test`: fits training and validation part and is judged by the test part; for the winner alone.
 */
export function trainingData(
  dataset: Dataset,
  settings: SplitSettings,
  purpose: 'search' | 'test',
): TrainingData {
  const { validationFraction, testFraction, splitSeed } = settings
  const key = [dataset.name, validationFraction, testFraction, splitSeed, purpose].join(' ')
  const data = cache.get(key) ?? prepare(dataset, settings, purpose)
  cache.delete(key)
  cache.set(key, data)
  if (cache.size > CACHED_MAX) cache.delete(cache.keys().next().value!)
  return data
}

function prepare(dataset: Dataset, settings: SplitSettings, purpose: 'search' | 'test'): TrainingData {
  const { training, validation, test } = splitRows(dataset, settings)
  const [fitted, judged] =
    purpose === 'search' ? [training, validation] : [[...training, ...validation], test]
  const columns = dataset.featureNames.length
  const features = fitScaling(dataset.features, columns, fitted)
  const targets = fitScaling(dataset.targets, 1, fitted)
  const toRows = (rows: readonly number[]) => {
    const x = scaleFeatures(dataset.features, rows, features)
    return dataset.task === 'regression'
      ? createRows(x, scaleRows(dataset.targets, rows, targets), columns, 1)
      : createRows(
          x,
          Int32Array.from(rows, (row) => dataset.targets[row]!),
          columns,
          dataset.classes.length,
        )
  }
  const targetDeviation = dataset.task === 'regression' ? targets.deviation[0]! : 1
  return { fitted: toRows(fitted), judged: toRows(judged), targetDeviation }
}
