import { philox } from '../../src/math/random.ts'
import type {
  EpochReport,
  NetworkShape,
  Scores,
  TrainedNetwork,
  TrainOptions,
} from '../../src/trainers/mlp/engine/native-engine.ts'
import { rowLoss, scoreOutputs, type Target } from './reference-loss.ts'
import { type Layer, type Moment, run } from './reference-network.ts'
import { createPlateau, scheduleFactor } from './reference-schedule.ts'
import { createAverage, createUpdate } from './reference-update.ts'

/**
 * The engine once more, in double precision and as plainly as it can be said: what native/ is held to. Same random
 * numbers, same order of rows; slow.
 */
export interface ReferenceRows {
  readonly features: readonly (readonly number[])[]
  readonly targets: readonly Target[]
  readonly weights?: readonly number[]
}

export type { Layer }
export type Options = Omit<TrainOptions, 'kernels'>
type Repeated = Omit<TrainedNetwork, 'trainingSeconds' | 'predictionSeconds' | 'timedOut'>

/** As trainNetwork of the native engine; a loss that is not finite gives no error here. */
export function trainReference(
  options: Options,
  training: ReferenceRows,
  validation: ReferenceRows | undefined,
  onEpoch: (report: EpochReport) => void = () => {},
): Repeated {
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
      const moment = { seed: options.seed, epoch, step: from / options.batchSize }
      const { loss, gradient } = differentiate(options, layers, training, batch, moment)
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

function initialize(options: Options): Layer[] {
  const { layers: widths, normalization = 'none' } = options
  return widths.slice(1).map((outputs, l) => {
    const isHidden = l + 2 < widths.length
    const scales = isHidden && normalization !== 'none' ? outputs : 0
    const moments = isHidden && normalization === 'batch' ? outputs : 0
    return {
      weights: initialMatrix(options, l, isHidden),
      bias: Array.from({ length: outputs }, () => 0),
      scale: Array.from({ length: scales }, () => 1),
      shift: Array.from({ length: scales }, () => 0),
      mean: Array.from({ length: moments }, () => 0),
      variance: Array.from({ length: moments }, () => 1),
    }
  })
}

function initialMatrix(options: Options, l: number, isHidden: boolean): number[][] {
  const { layers, activation, initializer = 'matching', seed } = options
  const [inputs, outputs] = [layers[l]!, layers[l + 1]!]
  const isReluLike = isHidden && ['relu', 'leakyRelu', 'elu', 'gelu', 'silu'].includes(activation)
  const bits = createStream(seed, WEIGHTS, l)
  const symmetric = () => (bits() >>> 8) * 2 ** -23 - 1
  if (initializer === 'orthogonal') return orthogonal(inputs, outputs, isReluLike ? Math.SQRT2 : 1, symmetric)
  const limits = {
    he: Math.sqrt(6 / inputs),
    glorot: Math.sqrt(6 / (inputs + outputs)),
    lecun: Math.sqrt(3 / inputs),
  }
  const limit = limits[initializer === 'matching' ? (isReluLike ? 'he' : 'glorot') : initializer]
  return Array.from({ length: inputs }, () =>
    Array.from({ length: outputs }, () => Math.fround(limit * symmetric())),
  )
}

/** Gram & Schmidt on vectors of normal numbers, as long as the longer side. */
function orthogonal(inputs: number, outputs: number, gain: number, symmetric: () => number): number[][] {
  const normal = () => {
    const [u, v] = [(symmetric() + 1) / 2, (symmetric() + 1) / 2]
    return Math.sqrt(-2 * Math.log1p(-u)) * Math.cos(2 * Math.PI * v)
  }
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  const drawn = Array.from({ length: Math.min(inputs, outputs) }, () =>
    Array.from({ length: Math.max(inputs, outputs) }, normal),
  )
  const vectors: number[][] = []
  for (const vector of drawn) {
    const rest = vectors.reduce((left, unit) => {
      const along = dot(left, unit)
      return left.map((value, i) => value - along * unit[i]!)
    }, vector)
    vectors.push(rest.map((value) => value / Math.sqrt(dot(rest, rest))))
  }
  return Array.from({ length: inputs }, (_, i) =>
    Array.from({ length: outputs }, (__, j) =>
      Math.fround(gain * (inputs > outputs ? vectors[j]![i]! : vectors[i]![j]!)),
    ),
  )
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

/** Mean loss of the rows `batch` and its gradient, shaped as the layers. */
function differentiate(
  options: Options,
  layers: readonly Layer[],
  rows: ReferenceRows,
  batch: readonly number[],
  moment: Moment,
): { loss: number; gradient: Layer[] } {
  const { outputs, differentiate } = run(
    options,
    layers,
    batch.map((row) => [...rows.features[row]!]),
    moment,
  )
  const weights = weightsOf(rows)
  const scored = batch.map((row, i) => {
    const { loss, d } = rowLoss(options, outputs[i]!, rows.targets[row]!, options.labelSmoothing)
    return { loss: weights[row]! * loss, d: d.map((value) => (weights[row]! * value) / batch.length) }
  })
  return {
    loss: scored.reduce((sum, { loss }) => sum + loss / batch.length, 0),
    gradient: differentiate(scored.map(({ d }) => d)),
  }
}

/** Scaled to mean 1. */
function weightsOf({ weights, targets }: ReferenceRows): readonly number[] {
  if (!weights) return targets.map(() => 1)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => (weight * weights.length) / sum)
}

function scoreRows(shape: NetworkShape, layers: readonly Layer[], rows: ReferenceRows): Scores {
  const { outputs } = run(
    shape,
    layers,
    rows.features.map((row) => [...row]),
  )
  return scoreOutputs(shape, outputs, rows.targets)
}

function flatten(layers: readonly Layer[]): Float32Array {
  return Float32Array.from([
    ...layers.flatMap(({ weights, bias, scale, shift }) => [...weights.flat(), ...bias, ...scale, ...shift]),
    ...layers.flatMap(({ mean, variance }) => [...mean, ...variance]),
  ])
}

function unflatten({ layers: widths, normalization = 'none' }: NetworkShape, flat: Float32Array): Layer[] {
  const rest = [...flat]
  const take = (count: number) => rest.splice(0, count)
  const layers = widths.slice(1).map((outputs, l) => {
    const scales = l + 2 < widths.length && normalization !== 'none' ? outputs : 0
    const weights = Array.from({ length: widths[l]! }, () => take(outputs))
    return { weights, bias: take(outputs), scale: take(scales), shift: take(scales) }
  })
  return layers.map((layer) => {
    const moments = normalization === 'batch' ? layer.scale.length : 0
    return { ...layer, mean: take(moments), variance: take(moments) }
  })
}
