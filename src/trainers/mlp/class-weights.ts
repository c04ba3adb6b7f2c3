import type { MlpSettings } from '../../domain/mlp-settings.ts'
import type { Dataset } from './dataset.ts'

/**
 * What each of the rows counts. `balanced` lets each class that occurs weigh the same in all, rows / (classes x rows of the
 * class), as scikit-learn; a list has a weight a class. Undefined where all count the same, and where there are no classes.
 */
export function classWeights(
  { task, targets, classes }: Pick<Dataset, 'task' | 'targets' | 'classes'>,
  rows: readonly number[],
  weights: MlpSettings['classWeights'],
): Float32Array | undefined {
  if (task !== 'classification' || weights === 'none') return undefined
  const byClass = weights === 'balanced' ? balanced(classes, targets, rows) : weights
  return Float32Array.from(rows, (row) => byClass[targets[row]!]!)
}

function balanced(classes: readonly string[], targets: Float64Array, rows: readonly number[]): number[] {
  const counts = classes.map(() => 0)
  for (const row of rows) counts[targets[row]!]! += 1
  const occurring = counts.filter((count) => count > 0).length
  return counts.map((count) => rows.length / (occurring * count))
}
