import { dot } from '../../src/math/linalg.ts'
import { type Node, type Tensor, tensor } from './tensor.ts'

type Operator = (inputs: readonly Tensor[], attributes: Node['attributes']) => Tensor

/** Operators of ONNX for networks on a single row, as far as a multi-layer perceptron with its encoding needs them. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  Constant: (_, { value }) => value as Tensor,
  Cast: ([x]) => x!,
  Log: map(Math.log),
  Exp: map(Math.exp),
  Relu: map((x) => Math.max(x, 0)),
  Sigmoid: map((x) => 1 / (1 + Math.exp(-x))),
  Add: combine((a, b) => a + b),
  Sub: combine((a, b) => a - b),
  Mul: combine((a, b) => a * b),
  Div: combine((a, b, isInteger) => (isInteger ? Math.trunc(a / b) : a / b)),
  Shape: ([x]) => tensor([x!.shape.length], x!.shape, true),
  Unsqueeze: ([x, axes]) => reshape(x!, x!.shape.toSpliced(axes!.data[0]!, 0, 1)),
  Concat: (inputs) => {
    const data = inputs.flatMap((x) => [...x.data])
    return tensor([1, data.length], data, inputs[0]!.isInteger)
  },
  Gather: gather,
  Slice: ([x, start, end]) => {
    const data = x!.data.slice(start!.data[0], end!.data[0])
    return tensor([...x!.shape.slice(0, -1), data.length], data, x!.isInteger)
  },
  Gemm: ([row, weights, bias]) => {
    const [outputs = 0, width = 0] = weights!.shape
    const data = Array.from(
      { length: outputs },
      (_, k) => dot(weights!.data.subarray(k * width, (k + 1) * width), row!.data) + bias!.data[k]!,
    )
    return tensor([1, outputs], data)
  },
  BatchNormalization: ([x, scale, bias, mean, variance], { epsilon }) =>
    tensor(
      x!.shape,
      x!.data.map((value, k) => {
        const deviation = Math.sqrt(variance!.data[k]! + (epsilon as number))
        return (scale!.data[k]! * (value - mean!.data[k]!)) / deviation + bias!.data[k]!
      }),
    ),
}

function map(f: (x: number) => number): Operator {
  return ([x]) => tensor(x!.shape, x!.data.map(f))
}

/** Of equal shapes, or with a tensor of one element. */
function combine(f: (a: number, b: number, isInteger: boolean) => number): Operator {
  return ([a, b]) => {
    const longer = a!.data.length >= b!.data.length ? a! : b!
    const at = ({ data }: Tensor, k: number) => data[data.length === 1 ? 0 : k]!
    const isInteger = a!.isInteger && b!.isInteger
    return tensor(
      longer.shape,
      longer.data.map((_, k) => f(at(a!, k), at(b!, k), isInteger)),
      isInteger,
    )
  }
}

/** A row of a matrix, or an element of the single row. */
function gather([x, indices]: readonly Tensor[], { axis = 0 }: Node['attributes']): Tensor {
  const [index = 0] = indices!.data
  const isRow = axis === 0 && x!.shape.length === 2
  if (!isRow) return tensor([1], [x!.data.at(index)!], x!.isInteger)
  const width = x!.shape[1]!
  return tensor([1, width], x!.data.subarray(index * width, (index + 1) * width), x!.isInteger)
}

function reshape({ data, isInteger }: Tensor, shape: readonly number[]): Tensor {
  return tensor(shape, data, isInteger)
}
