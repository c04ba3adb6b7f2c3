import type { NetworkShape } from '../engine/native-engine.ts'
import type { Model } from './model.ts'

/** One dense layer and what follows it, in the order in which it is computed. */
export interface ModelLayer {
  readonly inputs: number
  readonly outputs: number
  /** Row-major, inputs x outputs. */
  readonly weights: Float32Array
  readonly bias: Float32Array
  readonly normalization?: {
    readonly kind: 'batch' | 'layer'
    readonly scale: Float32Array
    readonly shift: Float32Array
    /** Of batch norm. */
    readonly mean?: Float32Array
    readonly variance?: Float32Array
  }
  /** Absent of the last layer. */
  readonly activation?: NetworkShape['activation']
  /** Whether its input is added to its output. */
  readonly isResidual: boolean
}

/** The engine's flat weights (native/include/mlp/network.h), cut into layers. */
export function layersOf({ shape, weights }: Pick<Model, 'shape' | 'weights'>): readonly ModelLayer[] {
  const { layers, normalization = 'none', residual = false } = shape
  const take = taker(weights)
  const dense = layers.slice(1).map((outputs, l) => {
    const inputs = layers[l]!
    const isHidden = l + 2 < layers.length
    const own = { inputs, outputs, weights: take(inputs * outputs), bias: take(outputs), isResidual: false }
    if (!isHidden) return own
    const isResidual = residual && l > 0 && inputs === outputs
    const hidden = { ...own, activation: shape.activation, isResidual }
    if (normalization === 'none') return hidden
    return { ...hidden, normalization: { kind: normalization, scale: take(outputs), shift: take(outputs) } }
  })
  if (normalization !== 'batch') return dense
  // The running moments of all layers lie behind the weights of all layers.
  return dense.map((layer: ModelLayer) => {
    if (!layer.normalization) return layer
    const moments = { mean: take(layer.outputs), variance: take(layer.outputs) }
    return { ...layer, normalization: { ...layer.normalization, ...moments } }
  })
}

function taker(weights: Float32Array): (count: number) => Float32Array {
  let from = 0
  return (count) => {
    from += count
    return weights.subarray(from - count, from)
  }
}
