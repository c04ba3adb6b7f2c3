import { type DatasetColumn, type DatasetTask, numberColumn } from '../../../domain/dataset.ts'

/** A table of numbers and what to predict from it. Immutable; shared by every training that uses it. */
export interface Dataset {
  readonly name: string
  readonly title: string
  readonly task: DatasetTask
  readonly rows: number
  readonly featureNames: readonly string[]
  /** rows x featureNames.length, row-major, as in the source. */
  readonly features: Float64Array
  /** What is to be predicted; one name where there are classes. */
  readonly targetNames: readonly string[]
  /** rows x targetNames.length: a class number, for each label whether it holds (1 or 0), or the values. */
  readonly targets: Float64Array
  /** Names of the classes by number; empty where there are none. */
  readonly classes: readonly string[]
  /** The columns that the features come from. */
  readonly columns: readonly DatasetColumn[]
  /** What each row counts, in any unit; absent where all count the same. */
  readonly weights?: Float64Array
  /** The column that these were taken from, which is none of `columns` then. */
  readonly weightColumn?: string
  /** Of an uploaded one's numbers: names may be given anew. */
  readonly digest?: string
}

/** Where each feature is a column. @param features rows x names.length, row-major */
export function numberColumns(names: readonly string[], features: Float64Array): DatasetColumn[] {
  const width = names.length
  const rows = features.length / width
  return names.map((name, j) =>
    numberColumn(
      name,
      Array.from({ length: rows }, (_, i) => features[i * width + j]!),
    ),
  )
}

/** What a study needs to know of its data set before any of it is read. */
export type DatasetShape = Omit<Dataset, 'features' | 'targets' | 'weights'>
