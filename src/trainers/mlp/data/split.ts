import { Random } from '../../../math/random.ts'
import type { Dataset } from './dataset.ts'

/** Row numbers of the three parts; together every row once. */
export interface Split {
  readonly training: readonly number[]
  /** Judges the trials. */
  readonly validation: readonly number[]
  /** No trial sees it. */
  readonly test: readonly number[]
}
export interface SplitSettings {
  readonly validationFraction: number
  readonly testFraction: number
  readonly splitSeed: number
}

/** Which of how many parts of the rows validates; 1 part stands for the validation fraction. */
export interface Fold {
  readonly index: number
  readonly count: number
}

/**
 * Splits the rows at random, each class in proportion. The test part depends on its own fraction and the seed only,
 * so that no choice of a validation fraction moves a row into or out of it.
 */
export function splitRows(dataset: Dataset, settings: SplitSettings): Split {
  const order = stratifiedOrder(dataset, Random.fromSeed(settings.splitSeed).fork('split'))
  const testRows = testRowCount(dataset, settings)
  // Both parts rounded up may be all rows.
  const most = dataset.rows - testRows - 1
  const validationRows = Math.min(Math.max(1, Math.round(dataset.rows * settings.validationFraction)), most)
  return {
    test: order.slice(0, testRows),
    validation: order.slice(testRows, testRows + validationRows),
    training: order.slice(testRows + validationRows),
  }
}

/** As splitRows, but the rows that are no test rows are cut into `count` parts, and one of them validates. */
export function foldRows(dataset: Dataset, settings: SplitSettings, { index, count }: Fold): Split {
  if (count === 1) return splitRows(dataset, settings)
  const { training, validation, test } = splitRows(dataset, settings)
  const rows = [...validation, ...training]
  const from = Math.round((index * rows.length) / count)
  const to = Math.round(((index + 1) * rows.length) / count)
  return {
    test,
    validation: rows.slice(from, to),
    training: [...rows.slice(0, from), ...rows.slice(to)],
  }
}

export function testRowCount(
  { rows }: Pick<Dataset, 'rows'>,
  { testFraction }: Pick<SplitSettings, 'testFraction'>,
): number {
  return Math.max(1, Math.round(rows * testFraction))
}

/**
 * A shuffle in which every stretch holds each class in proportion: a class of n rows in random order gets the keys
 * (k + u) / n, u uniform in [0, 1), and the rows of all classes are sorted by key.
 */
function stratifiedOrder(dataset: Dataset, random: Random): number[] {
  const keyed = strata(dataset).flatMap((rows) =>
    random.shuffle(rows).map((row, k) => ({ row, key: (k + random.uniform()) / rows.length })),
  )
  return keyed.sort((a, b) => a.key - b.key || a.row - b.row).map(({ row }) => row)
}

/** The rows of each class; all rows in one where there are none. */
function strata({ rows, targets, classes }: Dataset): number[][] {
  const all = Array.from({ length: rows }, (_, row) => row)
  return classes.length === 0 ? [all] : classes.map((_, label) => all.filter((row) => targets[row] === label))
}
