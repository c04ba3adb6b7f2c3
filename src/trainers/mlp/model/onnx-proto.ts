import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** Data types of TensorProto. */
export const TENSOR = { float: 1, int64: 7, string: 8, double: 11 } as const

export type OnnxAttribute = number | string | readonly number[] | readonly string[]

export interface OnnxNode {
  readonly operator: string
  /** Empty for the standard operators. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly output: string
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
}

export interface OnnxTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: number
  readonly data: Float32Array | Float64Array | BigInt64Array
}

/** rows x width, or rows where there is no width. */
export interface OnnxValue {
  readonly name: string
  readonly type: number
  readonly width?: number
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[]
  readonly tensors: readonly OnnxTensor[]
  readonly inputs: readonly OnnxValue[]
  readonly outputs: readonly OnnxValue[]
}

// LayerNormalization came with 17; runtimes since 2022 have it. IR version 8 belongs to it.
const OPSET = 17
const ML_OPSET = 2
const IR_VERSION = 8

/** AttributeProto.AttributeType. */
const KIND = { float: 1, int: 2, string: 3, ints: 7, strings: 8 } as const
// Whole numbers there are int64 by the operator's definition, except these.
const FLOATS = new Set(['alpha', 'epsilon'])

/**
 * A ModelProto in the Open Neural Network Exchange format. Field numbers as in onnx.proto3 (onnx/onnx).
 *
 * @param metadata what a program that loads it may want to know.
 */
export function writeOnnx(graph: OnnxGraph, metadata: Readonly<Record<string, string>>): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.Varint).int64(IR_VERSION)
  text(writer, 2, 'hone')
  message(writer, 7, writeGraph(graph))
  message(writer, 8, operatorSet('', OPSET))
  message(writer, 8, operatorSet('ai.onnx.ml', ML_OPSET))
  for (const [key, value] of Object.entries(metadata)) {
    const entry = new BinaryWriter()
    text(entry, 1, key)
    text(entry, 2, value)
    message(writer, 14, entry)
  }
  return writer.finish()
}

function operatorSet(domain: string, version: number): BinaryWriter {
  const writer = new BinaryWriter()
  text(writer, 1, domain)
  return writer.tag(2, WireType.Varint).int64(version)
}

function writeGraph({ nodes, tensors, inputs, outputs }: OnnxGraph): BinaryWriter {
  const writer = new BinaryWriter()
  for (const node of nodes) message(writer, 1, writeNode(node))
  text(writer, 2, 'hone')
  for (const tensor of tensors) message(writer, 5, writeTensor(tensor))
  for (const input of inputs) message(writer, 11, writeValue(input))
  for (const output of outputs) message(writer, 12, writeValue(output))
  return writer
}

function writeNode({ operator, domain, inputs, output, attributes }: OnnxNode): BinaryWriter {
  const writer = new BinaryWriter()
  for (const input of inputs) text(writer, 1, input)
  text(writer, 2, output)
  text(writer, 3, output)
  text(writer, 4, operator)
  for (const [name, value] of Object.entries(attributes)) message(writer, 5, writeAttribute(name, value))
  if (domain !== '') text(writer, 7, domain)
  return writer
}

function writeAttribute(name: string, value: OnnxAttribute): BinaryWriter {
  const writer = new BinaryWriter()
  const kind = kindOf(name, value)
  text(writer, 1, name)
  if (kind === KIND.float) writer.tag(2, WireType.Bit32).float(value as number)
  else if (kind === KIND.int) writer.tag(3, WireType.Varint).int64(value as number)
  else if (kind === KIND.string) text(writer, 4, value as string)
  else if (kind === KIND.ints) for (const one of value as number[]) writer.tag(8, WireType.Varint).int64(one)
  else for (const one of value as string[]) text(writer, 9, one)
  return writer.tag(20, WireType.Varint).int32(kind)
}

function kindOf(name: string, value: OnnxAttribute): number {
  if (typeof value === 'string') return KIND.string
  if (typeof value === 'number') return FLOATS.has(name) ? KIND.float : KIND.int
  return typeof value[0] === 'string' ? KIND.strings : KIND.ints
}

function writeTensor({ name, shape, type, data }: OnnxTensor): BinaryWriter {
  const writer = new BinaryWriter()
  for (const size of shape) writer.tag(1, WireType.Varint).int64(size)
  writer.tag(2, WireType.Varint).int32(type)
  text(writer, 8, name)
  writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return writer
}

/** ValueInfoProto > TypeProto > Tensor > TensorShapeProto, the number of rows left open. */
function writeValue({ name, type, width }: OnnxValue): BinaryWriter {
  const shape = new BinaryWriter()
  const rows = new BinaryWriter()
  text(rows, 2, 'rows')
  message(shape, 1, rows)
  if (width !== undefined) message(shape, 1, new BinaryWriter().tag(1, WireType.Varint).int64(width))
  const tensor = new BinaryWriter().tag(1, WireType.Varint).int32(type)
  message(tensor, 2, shape)
  const typed = new BinaryWriter()
  message(typed, 1, tensor)
  const writer = new BinaryWriter()
  text(writer, 1, name)
  message(writer, 2, typed)
  return writer
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value)
}

function message(writer: BinaryWriter, field: number, inner: BinaryWriter): void {
  writer.tag(field, WireType.LengthDelimited).bytes(inner.finish())
}
