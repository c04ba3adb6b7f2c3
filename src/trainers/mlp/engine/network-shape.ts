import { parseWidths } from '../../../domain/mlp-setting.ts'
import type { MlpSettings } from '../../../domain/mlp-settings.ts'
import type { Dataset, DatasetShape } from '../data/dataset.ts'
import type { NetworkShape } from './native-engine.ts'

/** Losses that each task can be trained for, the one that `auto` stands for first. */
export const LOSSES: Readonly<Record<Dataset['task'], readonly NetworkShape['loss'][]>> = {
  classification: ['crossEntropy', 'binaryCrossEntropy'],
  'multi-label': ['binaryCrossEntropy'],
  regression: ['meanSquaredError', 'meanAbsoluteError', 'huber'],
}

/** The network that the settings ask for, from the data set's columns to its classes, labels or values. */
export function networkShape(dataset: DatasetShape, settings: MlpSettings): NetworkShape {
  const { activation, initializer, normalization, dropout, residual, huberDelta, loss } = settings
  const outputs = dataset.task === 'classification' ? dataset.classes.length : dataset.targetNames.length
  return {
    layers: [dataset.featureNames.length, ...hiddenWidths(settings), outputs],
    loss: loss === 'auto' ? LOSSES[dataset.task][0]! : loss,
    activation,
    initializer,
    normalization,
    dropout,
    residual,
    huberDelta,
  }
}

function hiddenWidths({ hiddenWidths, hiddenLayers, hiddenUnits }: MlpSettings): readonly number[] {
  const widths = parseWidths(hiddenWidths)!
  return widths.length > 0 ? widths : Array.from({ length: hiddenLayers }, () => hiddenUnits)
}

/** Numbers that are trained: weights and biases, and scale and shift of each normalized unit. */
export function weightCount({ layers, normalization }: NetworkShape): number {
  const dense = layers.slice(1).reduce((sum, outputs, l) => sum + (layers[l]! + 1) * outputs, 0)
  const hidden = layers.slice(1, -1).reduce((sum, width) => sum + width, 0)
  return normalization === undefined || normalization === 'none' ? dense : dense + 2 * hidden
}
