import type { MlpSettings } from '../../../domain/mlp-settings.ts'
import type { Dataset } from './dataset.ts'

type Weighed = Pick<Dataset, 'task' | 'targets' | 'classes' | 'weights'>

/**
 * What each of the rows counts: its own weight times its class's. `balanced` lets each class that occurs weigh the same in
 * all, weight of the rows / (classes x weight of the class's rows), as scikit-learn; a list has a weight a class. Undefined
 * where all count the same.
 */
export function rowWeights(
  dataset: Weighed,
  rows: readonly number[],
  classWeights: MlpSettings['classWeights'],
): Float32Array | undefined {
  const { targets, weights } = dataset
  const byClass = weightsOfClasses(dataset, rows, classWeights)
  if (!weights && !byClass) return undefined
  return Float32Array.from(rows, (row) => ownWeight(dataset, row) * (byClass?.[targets[row]!] ?? 1))
}

function weightsOfClasses(
  dataset: Weighed,
  rows: readonly number[],
  weights: MlpSettings['classWeights'],
): readonly number[] | undefined {
  if (dataset.task !== 'classification' || weights === 'none') return undefined
  return weights === 'balanced' ? balanced(dataset, rows) : weights
}

function balanced(dataset: Weighed, rows: readonly number[]): number[] {
  const sums = dataset.classes.map(() => 0)
  for (const row of rows) sums[dataset.targets[row]!]! += ownWeight(dataset, row)
  const total = sums.reduce((sum, weight) => sum + weight, 0)
  const occurring = sums.filter((sum) => sum > 0).length
  return sums.map((sum) => (sum > 0 ? total / (occurring * sum) : 0))
}

function ownWeight({ weights }: Weighed, row: number): number {
  return weights?.[row] ?? 1
}
