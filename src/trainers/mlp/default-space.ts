import type { MlpSettings } from '../../domain/mlp-settings.ts'
import type { ParameterSpec, SearchSpace } from '../../domain/search-space.ts'
import type { DatasetShape } from './data/dataset.ts'

/**
 * A good space for a data set: the settings that decide most, in the ranges that people search them in. What
 * `settings` fixes is not searched.
 */
export function defaultSpace(dataset: DatasetShape, settings: Partial<MlpSettings>): SearchSpace {
  const isSettled = (name: string) =>
    name in settings || (settings.hiddenWidths !== undefined && /^hidden(Layers|Units)$/.test(name))
  const parameters = allParameters(dataset).filter(({ name }) => !isSettled(name))
  return { parameters: parameters.flatMap((parameter) => settle(parameter, settings)), constraints: [] }
}

function allParameters({ rows }: DatasetShape): ParameterSpec[] {
  // Wide nets only where there are rows to fit them with, small batches only where an epoch has enough steps.
  const [unitsMin, unitsMax] = rows < 1000 ? [16, 128] : [64, 256]
  const batchSizes = rows < 1000 ? [8, 16, 32, 64] : [16, 32, 64, 128]
  return [
    { name: 'learningRate', type: 'float', min: 1e-4, max: 0.1, scale: 'log' },
    { name: 'hiddenLayers', type: 'int', min: 1, max: 2, scale: 'linear', step: 1 },
    { name: 'hiddenUnits', type: 'int', min: unitsMin, max: unitsMax, scale: 'log', step: 1 },
    { name: 'batchSize', type: 'ordinal', values: batchSizes },
    { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam'] },
    { name: 'momentum', type: 'float', min: 0, max: 0.99, scale: 'linear', when: { optimizer: ['sgd'] } },
  ]
}

/** A condition on a setting that is fixed either always holds or never does. */
function settle(parameter: ParameterSpec, settings: Partial<MlpSettings>): ParameterSpec[] {
  const { when, ...always } = parameter
  if (!when || settings.optimizer === undefined) return [parameter]
  // What holds for sgd holds for the other one with a momentum.
  const optimizer = settings.optimizer === 'nesterov' ? 'sgd' : settings.optimizer
  return when.optimizer?.includes(optimizer) ? [always] : []
}
