import type { Dataset } from './dataset.ts'

/**
 * A weight a row, such that each class that occurs weighs the same in all: rows / (classes x rows of the class), as
 * scikit-learn's `balanced`. Undefined for values.
 */
export function classWeights(
  { task, targets, classes }: Pick<Dataset, 'task' | 'targets' | 'classes'>,
  rows: readonly number[],
): Float32Array | undefined {
  if (task !== 'classification') return undefined
  const counts = classes.map(() => 0)
  for (const row of rows) counts[targets[row]!]! += 1
  const occurring = counts.filter((count) => count > 0).length
  return Float32Array.from(rows, (row) => rows.length / (occurring * counts[targets[row]!]!))
}
