/** What is to be predicted: one class a row; any number of labels a row; or values. */
export const DATASET_TASKS = ['classification', 'multi-label', 'regression'] as const
export type DatasetTask = (typeof DATASET_TASKS)[number]

/** A column as its user knows it. */
export interface DatasetColumn {
  readonly name: string
  /** The texts that it can have, in order, each of which is a feature of 0 or 1. Absent where it has numbers. */
  readonly categories?: readonly string[]
  /** The least and the greatest of its numbers. Absent where it has texts. */
  readonly min?: number
  readonly max?: number
}

/** What is known of a data set without its numbers. */
export interface DatasetDescription {
  readonly name: string
  readonly title: string
  readonly task: DatasetTask
  readonly rows: number
  /** In the file's order, without what is to be predicted. */
  readonly columns: readonly DatasetColumn[]
  readonly targets: readonly string[]
  /** Names of the classes by number; empty where there are none. */
  readonly classes: readonly string[]
}

/** How texts become numbers: a feature for each, 1 where it is the row's. */
export function featureNames(columns: readonly DatasetColumn[]): readonly string[] {
  return columns.flatMap(({ name, categories }) => categories?.map((text) => `${name}=${text}`) ?? [name])
}

export function featureCount(columns: readonly DatasetColumn[]): number {
  return columns.reduce((sum, { categories }) => sum + (categories?.length ?? 1), 0)
}

/** @param values the column's numbers, one or more */
export function numberColumn(name: string, values: Iterable<number>): DatasetColumn {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  return { name, min, max }
}
