import { BENT_MAX, type LongTail } from '../data/long-tails.ts'
import { DEVIATIONS_MAX } from '../data/standardize.ts'
import { GraphWriter } from './graph-writer.ts'
import { layersOf, type ModelLayer } from './layers.ts'
import type { Model } from './model.ts'
import { type OnnxGraph, TENSOR } from './onnx-proto.ts'

const FEATURES = 'features'
const OUTPUTS = ['probabilities', 'label', 'values']

/**
 * The model as a graph from rows as they are in the file to probabilities or values. Inputs: `features`, the columns of
 * numbers in order (rows x columns), and one for each column of texts, of its name (rows x 1). What is inside
 * begins with `/`. Standardized in double precision, as the engine's rows are.
 */
export function onnxGraph(model: Model): OnnxGraph {
  const graph = new GraphBuilder(model)
  const outputs = layersOf(model).reduce(
    (input, layer, l) => graph.layer(input, layer, l),
    graph.standardize(graph.features()),
  )
  graph.answer(outputs)
  return graph.done()
}

class GraphBuilder {
  readonly #model: Model
  readonly #graph = new GraphWriter()

  constructor(model: Model) {
    this.#model = model
  }

  /** All features in the network's order: numbers come first, then texts, and are put in order after that. */
  features(): string {
    const { columns } = this.#model
    const numbers = columns.filter(({ categories }) => !categories)
    const parts: string[] = []
    if (numbers.length > 0) {
      this.#graph.input({ name: FEATURES, type: TENSOR.float, width: numbers.length })
      parts.push(FEATURES)
    }
    for (const { name, categories } of columns) {
      if (!categories) continue
      const input = inputName(name, columns)
      this.#graph.input({ name: input, type: TENSOR.string, width: 1 })
      parts.push(this.#oneHot(input, categories))
    }
    if (parts.length === 1) return parts[0]!
    return this.#graph.pick(this.#graph.add('Concat', parts, { axis: 1 }), featureOrder(columns))
  }

  standardize(features: string): string {
    const { mean, deviation, tails } = this.#model.features
    const double = this.#graph.add('Cast', [features], { to: TENSOR.double })
    const clipped = this.#graph.clip(this.#graph.scale(double, mean, deviation), DEVIATIONS_MAX)
    if (tails.length === 0) return clipped
    const both = this.#graph.add('Concat', [clipped, this.#bend(double, tails)], { axis: 1 })
    const order = [...mean.keys()]
    tails.forEach(({ feature }, k) => {
      order[feature] = mean.length + k
    })
    return this.#graph.pick(both, order)
  }

  layer(input: string, layer: ModelLayer, l: number): string {
    const { inputs, outputs, weights, bias, normalization, activation, isResidual } = layer
    const dense = this.#graph.add('Gemm', [
      input,
      this.#graph.float([inputs, outputs], weights, `/layer${l}.weights`),
      this.#graph.float([outputs], bias, `/layer${l}.bias`),
    ])
    const normal = normalization ? this.#normalize(dense, normalization) : dense
    const active = activation ? this.#activate(normal, activation) : normal
    return isResidual ? this.#graph.add('Add', [active, input]) : active
  }

  /** Adds what the network's last layer means. */
  answer(outputs: string): void {
    const { task, classes, targets, values, shape } = this.#model
    if (task === 'regression') {
      const width = targets.length
      const scaled = this.#graph.add('Mul', [outputs, this.#graph.float([1, width], values.deviation)])
      this.#graph.output(
        'values',
        this.#graph.add('Add', [scaled, this.#graph.float([1, width], values.mean)]),
        TENSOR.float,
        width,
      )
      return
    }
    const width = task === 'multi-label' ? targets.length : classes.length
    if (task === 'multi-label') {
      this.#graph.output('probabilities', this.#graph.add('Sigmoid', [outputs]), TENSOR.float, width)
      return
    }
    const shares =
      shape.loss === 'crossEntropy'
        ? this.#graph.add('Softmax', [outputs], { axis: 1 })
        : this.#shares(outputs)
    this.#graph.output('probabilities', shares, TENSOR.float, width)
    const largest = this.#graph.add('ArgMax', [outputs], { axis: 1, keepdims: 0 })
    const keys = { keys_int64s: classes.map((_, i) => i), values_strings: classes, default_string: '' }
    this.#graph.output('label', this.#graph.add('LabelEncoder', [largest], keys, 'ai.onnx.ml'), TENSOR.string)
  }

  done(): OnnxGraph {
    return this.#graph.done()
  }

  /** The features with long tails, one behind the other. */
  #bend(double: string, tails: readonly LongTail[]): string {
    const features = tails.map(({ feature }) => feature)
    const { mean, deviation } = this.#model.features
    const scaled = this.#graph.scale(
      this.#graph.pick(double, features),
      tails.map(({ center }) => center),
      tails.map(({ width }) => width),
    )
    const bent = this.#graph.add('Asinh', [this.#graph.clip(scaled, BENT_MAX)])
    const standardized = this.#graph.scale(
      this.#graph.add('Cast', [bent], { to: TENSOR.double }),
      features.map((j) => mean[j]!),
      features.map((j) => deviation[j]! * DEVIATIONS_MAX),
    )
    return this.#graph.add('Mul', [
      this.#graph.add('Asinh', [standardized]),
      this.#graph.float([], [DEVIATIONS_MAX]),
    ])
  }

  /** Of the sum of sigmoids, whose logarithms are -softplus(-z): far below 0 all of them would be 0. */
  #shares(outputs: string): string {
    const opposites = this.#graph.add('Softplus', [this.#graph.add('Neg', [outputs])])
    return this.#graph.add('Softmax', [this.#graph.add('Neg', [opposites])], { axis: 1 })
  }

  #oneHot(input: string, categories: readonly string[]): string {
    const hot = this.#graph.add(
      'OneHotEncoder',
      [input],
      { cats_strings: categories, zeros: 1 },
      'ai.onnx.ml',
    )
    return this.#graph.add('Reshape', [hot, this.#graph.int64([2], [-1, categories.length])])
  }

  #normalize(
    input: string,
    { kind, scale, shift, mean, variance }: NonNullable<ModelLayer['normalization']>,
  ): string {
    const width = scale.length
    const given = [input, this.#graph.float([width], scale), this.#graph.float([width], shift)]
    const epsilon = { epsilon: Math.fround(1e-5) }
    if (kind === 'layer') return this.#graph.add('LayerNormalization', given, { axis: -1, ...epsilon })
    return this.#graph.add(
      'BatchNormalization',
      [...given, this.#graph.float([width], mean!), this.#graph.float([width], variance!)],
      epsilon,
    )
  }

  #activate(input: string, activation: NonNullable<ModelLayer['activation']>): string {
    switch (activation) {
      case 'identity':
        return input
      case 'relu':
        return this.#graph.add('Relu', [input])
      case 'leakyRelu':
        return this.#graph.add('LeakyRelu', [input], { alpha: Math.fround(0.01) })
      case 'elu':
        return this.#graph.add('Elu', [input])
      case 'tanh':
        return this.#graph.add('Tanh', [input])
      case 'sigmoid':
        return this.#graph.add('Sigmoid', [input])
      case 'softplus':
        return this.#graph.add('Softplus', [input])
      case 'silu':
        return this.#graph.add('Mul', [input, this.#graph.add('Sigmoid', [input])])
      case 'gelu': {
        // z (1 + erf(z / sqrt 2)) / 2
        const erf = this.#graph.add('Erf', [
          this.#graph.add('Mul', [input, this.#graph.float([], [Math.SQRT1_2])]),
        ])
        const share = this.#graph.add('Mul', [
          this.#graph.add('Add', [erf, this.#graph.float([], [1])]),
          this.#graph.float([], [0.5]),
        ])
        return this.#graph.add('Mul', [input, share])
      }
    }
  }
}

/** The column's name, behind as many prefixes as it takes for nothing else to have it. */
function inputName(column: string, columns: Model['columns']): string {
  const others = [FEATURES, ...OUTPUTS, ...columns.map(({ name }) => name).filter((name) => name !== column)]
  let input = column
  while (input.startsWith('/') || others.includes(input)) input = `column_${input}`
  return input
}

/** Where each feature is after numbers and texts were put one behind the other. */
function featureOrder(columns: Model['columns']): number[] {
  let number = 0
  let text = columns.filter(({ categories }) => !categories).length
  return columns.flatMap(({ categories }) => (categories ? categories.map(() => text++) : [number++]))
}
