import { featureCount } from '../../../domain/dataset.ts'
import type { Fault } from '../../../domain/errors.ts'
import { listed } from '../../../domain/faults.ts'
import type { Dataset, DatasetShape } from './dataset.ts'

/** Why a column cannot say what each row counts; an empty name stands for none. */
export function checkSampleWeights({ columns }: DatasetShape, name: string): Fault | undefined {
  const message = name === '' ? undefined : faultOf(columns, name)
  return message === undefined ? undefined : { path: 'trainer.settings.sampleWeights', message }
}

function faultOf(columns: DatasetShape['columns'], name: string): string | undefined {
  const column = columns.find((one) => one.name === name)
  const numeric = columns.filter(({ categories }) => !categories).map((one) => one.name)
  if (!column) return `this data set has no column ${name}; of numbers it has ${listed(numeric) || 'none'}`
  if (column.categories) return `the column ${name} has texts: weights are numbers of at least 0`
  if (columns.length === 1) return `${name} is the only column: nothing would be left to predict from`
  if (column.min! < 0) return `the column ${name} goes down to ${column.min}: weights must be at least 0`
  if (!(column.max! > 0)) return `the column ${name} is 0 in all rows: one of the weights must be above 0`
  return undefined
}

const weighed = new WeakMap<Dataset, Map<string, Dataset>>()

/** The data set without the column of that name, which says what each row counts instead; made once for each. */
export function weighRows(dataset: Dataset, name: string): Dataset {
  if (name === '') return dataset
  const made = weighed.get(dataset) ?? new Map<string, Dataset>()
  weighed.set(dataset, made)
  const found = made.get(name) ?? takeWeights(dataset, name)
  made.set(name, found)
  return found
}

function takeWeights(dataset: Dataset, name: string): Dataset {
  const { rows, columns, featureNames, features } = dataset
  const place = columns.findIndex((column) => column.name === name)
  const feature = featureCount(columns.slice(0, place))
  const width = featureNames.length
  const weights = Float64Array.from({ length: rows }, (_, row) => features[row * width + feature]!)
  // Only ratios matter; around 1 none is lost to float32.
  const mean = weights.reduce((sum, weight) => sum + weight / rows, 0)
  return {
    ...dataset,
    columns: columns.toSpliced(place, 1),
    featureNames: featureNames.toSpliced(feature, 1),
    features: features.filter((_, i) => i % width !== feature),
    weightColumn: name,
    weights: weights.map((weight) => weight / mean),
  }
}
