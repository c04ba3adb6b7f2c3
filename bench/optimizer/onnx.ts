import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { OPERATORS } from './onnx-operators.ts'
import { type Node, type Tensor, tensor } from './tensor.ts'

export interface OnnxModel {
  /** The first output of the graph, computed in double precision. */
  readonly run: (inputs: Readonly<Record<string, Tensor>>) => Tensor
}

/**
 * Reads a network in the Open Neural Network Exchange format, of the few operators that OPERATORS knows. Field
 * numbers as in onnx.proto3 (onnx/onnx, IR version 3 and later).
 */
export function loadOnnx(bytes: Uint8Array): OnnxModel {
  const graph = fieldsOf(messageOf(fieldsOf(bytes), 7))
  const nodes = messagesOf(graph, 1).map((message) => readNode(fieldsOf(message)))
  const weights = new Map(messagesOf(graph, 5).map((message) => readNamedTensor(fieldsOf(message))))
  const [output] = messagesOf(graph, 12).map((message) => textOf(fieldsOf(message), 1))
  for (const { operator } of nodes) {
    if (!Object.hasOwn(OPERATORS, operator)) throw new Error(`The operator ${operator} is not supported.`)
  }
  return {
    run: (inputs) => {
      const values = new Map([...weights, ...Object.entries(inputs)])
      for (const node of nodes) {
        const given = node.inputs.map((name) => values.get(name)!)
        values.set(node.output, OPERATORS[node.operator]!(given, node.attributes))
      }
      return values.get(output!)!
    },
  }
}

type Fields = ReadonlyMap<number, readonly (Uint8Array | number)[]>

function fieldsOf(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes)
  const fields = new Map<number, (Uint8Array | number)[]>()
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag()
    fields.set(number, [...(fields.get(number) ?? []), readField(reader, type)])
  }
  return fields
}

function readField(reader: BinaryReader, type: WireType): Uint8Array | number {
  switch (type) {
    case WireType.LengthDelimited:
      return reader.bytes()
    case WireType.Varint:
      return Number(reader.int64())
    case WireType.Bit32:
      return reader.float()
    default:
      return reader.double()
  }
}

function messagesOf(fields: Fields, number: number): Uint8Array[] {
  return (fields.get(number) ?? []) as Uint8Array[]
}

function messageOf(fields: Fields, number: number): Uint8Array {
  const [message] = messagesOf(fields, number)
  if (!message) throw new Error(`This is no ONNX model: field ${number} is missing.`)
  return message
}

function textOf(fields: Fields, number: number): string {
  return Buffer.from(messageOf(fields, number)).toString('utf8')
}

function readNode(fields: Fields): Node {
  const texts = (number: number) =>
    messagesOf(fields, number).map((text) => Buffer.from(text).toString('utf8'))
  return {
    operator: textOf(fields, 4),
    inputs: texts(1),
    output: texts(2)[0]!,
    attributes: Object.fromEntries(messagesOf(fields, 5).map((message) => readAttribute(fieldsOf(message)))),
  }
}

/** AttributeProto: f, i or t. */
function readAttribute(fields: Fields): [string, number | Tensor] {
  const [number] = fields.get(2) ?? fields.get(3) ?? []
  return [textOf(fields, 1), (number as number) ?? readTensor(fieldsOf(messageOf(fields, 5)))]
}

function readNamedTensor(fields: Fields): [string, Tensor] {
  return [textOf(fields, 8), readTensor(fields)]
}

const FLOAT = 1
const INT64 = 7

/** TensorProto: dims, data_type and raw_data. */
function readTensor(fields: Fields): Tensor {
  const raw = messageOf(fields, 9)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const shape = (fields.get(1) ?? []) as number[]
  const type = Number(fields.get(2)?.[0])
  const read = (k: number) =>
    type === FLOAT ? view.getFloat32(4 * k, true) : Number(view.getBigInt64(8 * k, true))
  if (type !== FLOAT && type !== INT64) throw new Error(`Tensors of type ${type} are not supported.`)
  const count = raw.byteLength / (type === FLOAT ? 4 : 8)
  return tensor(
    shape,
    Array.from({ length: count }, (_, k) => read(k)),
    type === INT64,
  )
}
