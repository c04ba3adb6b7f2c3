import { DEVIATIONS_MAX } from '../data/standardize.ts'
import { layersOf, type ModelLayer } from './layers.ts'
import type { Model } from './model.ts'
import { type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxTensor, TENSOR } from './onnx-proto.ts'

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
  readonly #nodes: OnnxNode[] = []
  readonly #tensors: OnnxTensor[] = []
  readonly #inputs: OnnxGraph['inputs'][number][] = []
  readonly #outputs: OnnxGraph['outputs'][number][] = []
  #count = 0

  constructor(model: Model) {
    this.#model = model
  }

  /** All features in the network's order: numbers come first, then texts, and are put in order after that. */
  features(): string {
    const { columns } = this.#model
    const numbers = columns.filter(({ categories }) => !categories)
    const parts: string[] = []
    if (numbers.length > 0) {
      this.#inputs.push({ name: FEATURES, type: TENSOR.float, width: numbers.length })
      parts.push(FEATURES)
    }
    for (const { name, categories } of columns) {
      if (!categories) continue
      const input = inputName(name, columns)
      this.#inputs.push({ name: input, type: TENSOR.string, width: 1 })
      parts.push(this.#oneHot(input, categories))
    }
    if (parts.length === 1) return parts[0]!
    const order = this.#int64([featureOrder(columns).length], featureOrder(columns))
    return this.#add('Gather', [this.#add('Concat', parts, { axis: 1 }), order], { axis: 1 })
  }

  standardize(features: string): string {
    const { mean, deviation } = this.#model.features
    const double = this.#add('Cast', [features], { to: TENSOR.double })
    const centered = this.#add('Sub', [double, this.#double([1, mean.length], mean)])
    const scaled = this.#add('Div', [centered, this.#double([1, mean.length], deviation)])
    const float = this.#add('Cast', [scaled], { to: TENSOR.float })
    return this.#add('Clip', [float, this.#float([], [-DEVIATIONS_MAX]), this.#float([], [DEVIATIONS_MAX])])
  }

  layer(input: string, layer: ModelLayer, l: number): string {
    const { inputs, outputs, weights, bias, normalization, activation, isResidual } = layer
    const dense = this.#add('Gemm', [
      input,
      this.#float([inputs, outputs], weights, `/layer${l}.weights`),
      this.#float([outputs], bias, `/layer${l}.bias`),
    ])
    const normal = normalization ? this.#normalize(dense, normalization) : dense
    const active = activation ? this.#activate(normal, activation) : normal
    return isResidual ? this.#add('Add', [active, input]) : active
  }

  /** Adds what the network's last layer means. */
  answer(outputs: string): void {
    const { task, classes, targets, values, shape } = this.#model
    if (task === 'regression') {
      const width = targets.length
      const scaled = this.#add('Mul', [outputs, this.#float([1, width], values.deviation)])
      this.#output(
        'values',
        this.#add('Add', [scaled, this.#float([1, width], values.mean)]),
        TENSOR.float,
        width,
      )
      return
    }
    const width = task === 'multi-label' ? targets.length : classes.length
    if (task === 'multi-label') {
      this.#output('probabilities', this.#add('Sigmoid', [outputs]), TENSOR.float, width)
      return
    }
    const shares =
      shape.loss === 'crossEntropy' ? this.#add('Softmax', [outputs], { axis: 1 }) : this.#shares(outputs)
    this.#output('probabilities', shares, TENSOR.float, width)
    const largest = this.#add('ArgMax', [outputs], { axis: 1, keepdims: 0 })
    const keys = { keys_int64s: classes.map((_, i) => i), values_strings: classes, default_string: '' }
    this.#output('label', this.#add('LabelEncoder', [largest], keys, 'ai.onnx.ml'), TENSOR.string)
  }

  done(): OnnxGraph {
    return { nodes: this.#nodes, tensors: this.#tensors, inputs: this.#inputs, outputs: this.#outputs }
  }

  /** Of the sum of sigmoids, whose logarithms are -softplus(-z): far below 0 all of them would be 0. */
  #shares(outputs: string): string {
    const opposites = this.#add('Softplus', [this.#add('Neg', [outputs])])
    return this.#add('Softmax', [this.#add('Neg', [opposites])], { axis: 1 })
  }

  #oneHot(input: string, categories: readonly string[]): string {
    const hot = this.#add('OneHotEncoder', [input], { cats_strings: categories, zeros: 1 }, 'ai.onnx.ml')
    return this.#add('Reshape', [hot, this.#int64([2], [-1, categories.length])])
  }

  #normalize(
    input: string,
    { kind, scale, shift, mean, variance }: NonNullable<ModelLayer['normalization']>,
  ): string {
    const width = scale.length
    const given = [input, this.#float([width], scale), this.#float([width], shift)]
    const epsilon = { epsilon: Math.fround(1e-5) }
    if (kind === 'layer') return this.#add('LayerNormalization', given, { axis: -1, ...epsilon })
    return this.#add(
      'BatchNormalization',
      [...given, this.#float([width], mean!), this.#float([width], variance!)],
      epsilon,
    )
  }

  #activate(input: string, activation: NonNullable<ModelLayer['activation']>): string {
    switch (activation) {
      case 'identity':
        return input
      case 'relu':
        return this.#add('Relu', [input])
      case 'leakyRelu':
        return this.#add('LeakyRelu', [input], { alpha: Math.fround(0.01) })
      case 'elu':
        return this.#add('Elu', [input])
      case 'tanh':
        return this.#add('Tanh', [input])
      case 'sigmoid':
        return this.#add('Sigmoid', [input])
      case 'softplus':
        return this.#add('Softplus', [input])
      case 'silu':
        return this.#add('Mul', [input, this.#add('Sigmoid', [input])])
      case 'gelu': {
        // z (1 + erf(z / sqrt 2)) / 2
        const erf = this.#add('Erf', [this.#add('Mul', [input, this.#float([], [Math.SQRT1_2])])])
        const share = this.#add('Mul', [
          this.#add('Add', [erf, this.#float([], [1])]),
          this.#float([], [0.5]),
        ])
        return this.#add('Mul', [input, share])
      }
    }
  }

  #add(
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
    domain = '',
  ): string {
    const output = this.#name(operator)
    this.#nodes.push({ operator, domain, inputs, output, attributes })
    return output
  }

  #output(name: string, value: string, type: number, width?: number): void {
    this.#nodes.push({ operator: 'Identity', domain: '', inputs: [value], output: name, attributes: {} })
    this.#outputs.push({ name, type, ...(width !== undefined && { width }) })
  }

  #float(shape: readonly number[], data: ArrayLike<number>, name = this.#name('constant')): string {
    this.#tensors.push({ name, shape, type: TENSOR.float, data: Float32Array.from(data) })
    return name
  }

  #double(shape: readonly number[], data: ArrayLike<number>): string {
    const name = this.#name('constant')
    this.#tensors.push({ name, shape, type: TENSOR.double, data: Float64Array.from(data) })
    return name
  }

  #int64(shape: readonly number[], data: readonly number[]): string {
    const name = this.#name('constant')
    this.#tensors.push({ name, shape, type: TENSOR.int64, data: BigInt64Array.from(data.map(BigInt)) })
    return name
  }

  #name(operator: string): string {
    return `/${operator}_${this.#count++}`
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
