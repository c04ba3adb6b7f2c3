import { type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxTensor, TENSOR } from './onnx-proto.ts'

/** Gathers a graph's nodes and constants, each under a name of its own that begins with `/`. */
export class GraphWriter {
  readonly #nodes: OnnxNode[] = []
  readonly #tensors: OnnxTensor[] = []
  readonly #inputs: OnnxGraph['inputs'][number][] = []
  readonly #outputs: OnnxGraph['outputs'][number][] = []
  #count = 0

  input(input: OnnxGraph['inputs'][number]): void {
    this.#inputs.push(input)
  }

  done(): OnnxGraph {
    return { nodes: this.#nodes, tensors: this.#tensors, inputs: this.#inputs, outputs: this.#outputs }
  }

  /** In double precision, then single. */
  scale(double: string, mean: ArrayLike<number>, deviation: ArrayLike<number>): string {
    const centered = this.add('Sub', [double, this.double([1, mean.length], mean)])
    const scaled = this.add('Div', [centered, this.double([1, mean.length], deviation)])
    return this.add('Cast', [scaled], { to: TENSOR.float })
  }

  clip(float: string, most: number): string {
    return this.add('Clip', [float, this.float([], [-most]), this.float([], [most])])
  }

  pick(table: string, columns: readonly number[]): string {
    return this.add('Gather', [table, this.int64([columns.length], columns)], { axis: 1 })
  }

  add(
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
    domain = '',
  ): string {
    const output = this.#name(operator)
    this.#nodes.push({ operator, domain, inputs, output, attributes })
    return output
  }

  output(name: string, value: string, type: number, width?: number): void {
    this.#nodes.push({ operator: 'Identity', domain: '', inputs: [value], output: name, attributes: {} })
    this.#outputs.push({ name, type, ...(width !== undefined && { width }) })
  }

  float(shape: readonly number[], data: ArrayLike<number>, name = this.#name('constant')): string {
    this.#tensors.push({ name, shape, type: TENSOR.float, data: Float32Array.from(data) })
    return name
  }

  double(shape: readonly number[], data: ArrayLike<number>): string {
    const name = this.#name('constant')
    this.#tensors.push({ name, shape, type: TENSOR.double, data: Float64Array.from(data) })
    return name
  }

  int64(shape: readonly number[], data: readonly number[]): string {
    const name = this.#name('constant')
    this.#tensors.push({ name, shape, type: TENSOR.int64, data: BigInt64Array.from(data.map(BigInt)) })
    return name
  }

  #name(operator: string): string {
    return `/${operator}_${this.#count++}`
  }
}
