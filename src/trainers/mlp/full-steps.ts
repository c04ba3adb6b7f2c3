import { MLP_DEFAULTS, type MlpSettings } from '../../domain/mlp-settings.ts'
import type { SearchSpace } from '../../domain/search-space.ts'

/** Reports of the longest training there can be: one an epoch, or one a run where there are several. */
export function fullSteps(fixed: Partial<MlpSettings>, { parameters }: SearchSpace): number {
  const { epochs, folds, repeats } = { ...MLP_DEFAULTS, ...fixed }
  const runs = folds * repeats
  if (runs > 1) return runs
  const searched = parameters.find(({ name }) => name === 'epochs')
  if (!searched) return epochs
  const values = valuesUpTo(searched)
  return Math.max(...values.filter((value) => Number.isInteger(value)), 1)
}

function valuesUpTo(parameter: SearchSpace['parameters'][number]): number[] {
  if (parameter.type === 'ordinal') return parameter.values.map(Number)
  return parameter.type === 'categorical' ? parameter.choices.map(Number) : [parameter.max]
}
