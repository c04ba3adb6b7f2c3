import { philox } from '../../src/math/random.ts'
import type {
  EpochReport,
  NetworkShape,
  Scores,
  TrainedNetwork,
  TrainOptions,
} from '../../src/trainers/mlp/native-engine.ts'
import { createPlateau, scheduleFactor } from './reference-schedule.ts'
import { createAverage, createUpdate } from './reference-update.ts'

/**
 * The engine once more, in double precision and as plainly as it can be said: what native/ is held to. Same random
 * numbers, same order of rows; slow.
 *
 *   h_0      a row's features              z_l = h_l W_l + b_l, h_l+1 = act(z_l), the last one linear
 *   d_l      derivative of the row's loss by z_l
 */
export interface ReferenceRows {
  readonly features: readonly (readonly number[])[]
  /** A label a row, or the values of its outputs. */
  readonly targets: readonly (number | readonly number[])[]
}

export interface Layer {
  /** inputs x outputs. */
  readonly weights: number[][]
  readonly bias: number[]
}

export type Options = Omit<TrainOptions, 'kernels'>

/** As trainNetwork of the native engine; a loss that is not finite gives no error here. */
export function trainReference(
  options: Options,
  training: ReferenceRows,
  validation: ReferenceRows | undefined,
  onEpoch: (report: EpochReport) => void = () => {},
): TrainedNetwork {
  const layers = options.initialWeights ? unflatten(options, options.initialWeights) : initialize(options)
  const update = createUpdate(options, layers)
  const plateau = createPlateau(options)
  const average = createAverage(options, layers)
  const stepLosses: number[] = []
  let best: EpochReport | undefined
  let weights = flatten(layers)
  let epoch = 0
  while (epoch < options.epochs) {
    epoch += 1
    const order = orderOf(options, epoch, training.features.length)
    const steps = Math.ceil(order.length / options.batchSize)
    let sum = 0
    for (let from = 0; from < order.length; from += options.batchSize) {
      const batch = order.slice(from, from + options.batchSize)
      const { loss, gradient } = differentiate(options, layers, training, batch)
      stepLosses.push(loss)
      sum += loss * batch.length
      const factor = scheduleFactor(options, epoch, from / options.batchSize, steps)
      update(gradient, options.learningRate * factor * plateau.factor())
      average.follow()
    }
    const scores = validation && scoreRows(options, average.layers, validation)
    const report = { epoch, trainingLoss: sum / order.length, ...(scores && { validation: scores }) }
    plateau.observe(epoch, scores ? scores.loss : report.trainingLoss)
    onEpoch(report)
    if (!best || !scores || scores.loss < best.validation!.loss) {
      best = report
      weights = flatten(average.layers)
    }
    if (options.patience > 0 && epoch - best.epoch >= options.patience) break
  }
  const { epoch: bestEpoch, ...scores } = best!
  return {
    weights,
    bestEpoch,
    epochs: epoch,
    ...scores,
    ...(options.recordSteps && { stepLosses: Float64Array.from(stepLosses) }),
  }
}

/** Scores of a network with these weights. */
export function evaluateReference(shape: NetworkShape, weights: Float32Array, rows: ReferenceRows): Scores {
  return scoreRows(shape, unflatten(shape, weights), rows)
}

// Purposes of the random streams, as in native/include/mlp/random.h.
const WEIGHTS = 1
const ORDER = 2

/** 32 bits at a time: the stream of one purpose and index below a seed. */
function createStream(seed: number, purpose: number, index: number): () => number {
  let drawn = 0
  return () => {
    const block = philox([drawn >>> 2, index, purpose, 0], seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0)
    return block[drawn++ & 3]!
  }
}

/** Lemire's method, with a product that fits a double: count is below 2^21. */
function below(bits: () => number, count: number): number {
  let product = bits() * count
  while (product % 2 ** 32 < 2 ** 32 % count) product = bits() * count
  return Math.floor(product / 2 ** 32)
}

function initialize({ layers: widths, activation, seed }: Options): Layer[] {
  return widths.slice(1).map((outputs, l) => {
    const inputs = widths[l]!
    const isHidden = l + 2 < widths.length
    const limit = Math.sqrt(6 / (isHidden && activation === 'relu' ? inputs : inputs + outputs))
    const bits = createStream(seed, WEIGHTS, l)
    const draw = () => Math.fround(limit * ((bits() >>> 8) * 2 ** -23 - 1))
    const weights = Array.from({ length: inputs }, () => Array.from({ length: outputs }, draw))
    return { weights, bias: Array.from({ length: outputs }, () => 0) }
  })
}

function orderOf({ order, seed }: Options, epoch: number, rows: number): number[] {
  if (order) return [...order.subarray((epoch - 1) * rows, epoch * rows)]
  const shuffled = Array.from({ length: rows }, (_, i) => i)
  const bits = createStream(seed, ORDER, epoch)
  for (let i = rows - 1; i > 0; i--) {
    const j = below(bits, i + 1)
    const row = shuffled[i]!
    shuffled[i] = shuffled[j]!
    shuffled[j] = row
  }
  return shuffled
}

const ACTIVATIONS = {
  identity: { value: (z: number) => z, slope: () => 1 },
  relu: { value: (z: number) => Math.max(z, 0), slope: (h: number) => (h > 0 ? 1 : 0) },
  tanh: { value: Math.tanh, slope: (h: number) => 1 - h * h },
  sigmoid: { value: (z: number) => 1 / (1 + Math.exp(-z)), slope: (h: number) => h * (1 - h) },
}

/** h_0 .. h_L of one row. */
function forward(
  { activation }: NetworkShape,
  layers: readonly Layer[],
  features: readonly number[],
): number[][] {
  const levels = [[...features]]
  layers.forEach(({ weights, bias }, l) => {
    const below = levels[l]!
    const z = bias.map((b, j) => below.reduce((sum, h, i) => sum + h * weights[i]![j]!, 0) + b)
    levels.push(l + 1 < layers.length ? z.map(ACTIVATIONS[activation].value) : z)
  })
  return levels
}

/** A row's loss and its derivative by the outputs. */
function rowLoss(z: readonly number[], target: number | readonly number[]): { loss: number; d: number[] } {
  if (typeof target !== 'number') {
    const errors = z.map((value, j) => value - target[j]!)
    const loss = errors.reduce((sum, error) => sum + error * error, 0) / z.length
    return { loss, d: errors.map((error) => (2 * error) / z.length) }
  }
  const top = Math.max(...z)
  const logSum = top + Math.log(z.reduce((sum, value) => sum + Math.exp(value - top), 0))
  const d = z.map((value, j) => Math.exp(value - logSum) - (j === target ? 1 : 0))
  return { loss: logSum - z[target]!, d }
}

/** Mean loss of the rows `batch` and its gradient, shaped as the layers. */
function differentiate(
  shape: NetworkShape,
  layers: readonly Layer[],
  rows: ReferenceRows,
  batch: readonly number[],
): { loss: number; gradient: Layer[] } {
  const gradient = layers.map(({ weights, bias }) => ({
    weights: weights.map((row) => row.map(() => 0)),
    bias: bias.map(() => 0),
  }))
  let loss = 0
  for (const row of batch) {
    const levels = forward(shape, layers, rows.features[row]!)
    const { loss: ofRow, d } = rowLoss(levels.at(-1)!, rows.targets[row]!)
    loss += ofRow / batch.length
    backward(
      shape,
      layers,
      levels,
      d.map((value) => value / batch.length),
      gradient,
    )
  }
  return { loss, gradient }
}

function backward(
  { activation }: NetworkShape,
  layers: readonly Layer[],
  levels: readonly number[][],
  top: readonly number[],
  gradient: readonly Layer[],
): void {
  let d = [...top]
  for (let l = layers.length - 1; l >= 0; l--) {
    const h = levels[l]!
    const { weights, bias } = gradient[l]!
    for (const [j, d_j] of d.entries()) {
      bias[j] = bias[j]! + d_j
      for (const [i, h_i] of h.entries()) weights[i]![j] = weights[i]![j]! + h_i * d_j
    }
    const above = d
    d = h.map(
      (h_i, i) =>
        ACTIVATIONS[activation].slope(h_i) *
        above.reduce((sum, d_j, j) => sum + d_j * layers[l]!.weights[i]![j]!, 0),
    )
  }
}

function scoreRows(shape: NetworkShape, layers: readonly Layer[], rows: ReferenceRows): Scores {
  const outputs = rows.features.map((features) => forward(shape, layers, features).at(-1)!)
  const losses = outputs.map((z, row) => rowLoss(z, rows.targets[row]!).loss)
  const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length
  if (shape.loss === 'crossEntropy') {
    const hits = outputs.filter((z, row) => z.indexOf(Math.max(...z)) === rows.targets[row]).length
    return { loss, accuracy: hits / losses.length }
  }
  const variance = meanVariance(rows.targets as readonly (readonly number[])[])
  return { loss, rmse: Math.sqrt(loss), r2: variance > 0 ? 1 - loss / variance : Number(loss === 0) }
}

function meanVariance(targets: readonly (readonly number[])[]): number {
  const variances = targets[0]!.map((_, output) => {
    const column = targets.map((row) => row[output]!)
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length
    return column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length
  })
  return variances.reduce((sum, value) => sum + value, 0) / variances.length
}

function flatten(layers: readonly Layer[]): Float32Array {
  return Float32Array.from(layers.flatMap(({ weights, bias }) => [...weights.flat(), ...bias]))
}

function unflatten({ layers: widths }: NetworkShape, flat: Float32Array): Layer[] {
  const rest = [...flat]
  const take = (count: number) => rest.splice(0, count)
  return widths.slice(1).map((outputs, l) => ({
    weights: Array.from({ length: widths[l]! }, () => take(outputs)),
    bias: take(outputs),
  }))
}
