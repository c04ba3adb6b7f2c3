import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** Rows of a tensor, flattened behind the first dimension; texts or numbers in double precision. */
export type Rows = readonly (readonly (number | string)[])[]

type Fields = Map<number, (Uint8Array | number)[]>

/**
 * Computes a graph as the operators' definitions say, plainly and in double precision: an oracle for what Hone writes, and
 * no more than that. Field numbers as in onnx.proto3.
 */
export function evaluateOnnx(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Rows>>,
): Record<string, Rows> {
  const graph = fields(one(fields(bytes), 7))
  const values = new Map<string, Rows>(Object.entries(inputs))
  for (const tensor of many(graph, 5).map(fields)) values.set(text(tensor, 8), constant(tensor))
  for (const node of many(graph, 1).map(fields)) {
    const given = many(node, 1).map((name) => values.get(utf8(name))!)
    const attributes = new Map(many(node, 5).map((message) => attribute(fields(message))))
    values.set(text(node, 2), OPERATORS[text(node, 4)]!(given, attributes))
  }
  const names = many(graph, 12).map((value) => text(fields(value), 1))
  return Object.fromEntries(names.map((name) => [name, values.get(name)!]))
}

type Operator = (inputs: readonly Rows[], attributes: ReadonlyMap<string, unknown>) => Rows
const each =
  (f: (x: number) => number): Operator =>
  ([x]) =>
    x!.map((row) => row.map((value) => f(value as number)))
const both =
  (f: (a: number, b: number) => number): Operator =>
  ([a, b]) =>
    a!.map((row, i) => row.map((value, j) => f(value as number, at(b!, i, j))))
/** Broadcast. */
const at = (x: Rows, i: number, j: number) => {
  const row = x[x.length === 1 ? 0 : i]!
  return row[row.length === 1 ? 0 : j] as number
}
const rowwise =
  (f: (row: number[]) => (number | string)[]): Operator =>
  ([x]) =>
    x!.map((row) => f(row as number[]))
const sum = (row: readonly number[]) => row.reduce((total, value) => total + value, 0)

const OPERATORS: Record<string, Operator> = {
  Identity: ([x]) => x!,
  Cast: ([x], attributes) => (attributes.get('to') === 1 ? each(Math.fround)([x!], attributes) : x!),
  Concat: (parts) => parts[0]!.map((_, i) => parts.flatMap((part) => part[i]!)),
  Gather: ([x, order]) => x!.map((row) => order!.flat().map((j) => row[j as number]!)),
  OneHotEncoder: ([x], attributes) => {
    const texts = attributes.get('cats_strings') as string[]
    return x!.map(([value]) => texts.map((one) => Number(one === value)))
  },
  Reshape: ([x]) => x!,
  Sub: both((a, b) => a - b),
  Div: both((a, b) => a / b),
  Mul: both((a, b) => a * b),
  Add: both((a, b) => a + b),
  Clip: ([x, low, high]) =>
    x!.map((row) => row.map((value) => Math.min(at(high!, 0, 0), Math.max(at(low!, 0, 0), value as number)))),
  Gemm: ([x, w, b]) =>
    x!.map((row) =>
      w![0]!.map((_, j) => sum(row.map((value, i) => (value as number) * at(w!, i, j))) + at(b!, 0, j)),
    ),
  BatchNormalization: ([x, scale, shift, mean, variance], attributes) =>
    x!.map((row) =>
      row.map((value, j) => {
        const deviation = Math.sqrt(at(variance!, 0, j) + (attributes.get('epsilon') as number))
        return (at(scale!, 0, j) * ((value as number) - at(mean!, 0, j))) / deviation + at(shift!, 0, j)
      }),
    ),
  LayerNormalization: ([x, scale, shift], attributes) =>
    x!.map((row) => {
      const mean = sum(row as number[]) / row.length
      const variance = sum(row.map((value) => ((value as number) - mean) ** 2)) / row.length
      const deviation = Math.sqrt(variance + (attributes.get('epsilon') as number))
      return row.map(
        (value, j) => (at(scale!, 0, j) * ((value as number) - mean)) / deviation + at(shift!, 0, j),
      )
    }),
  Relu: each((x) => Math.max(x, 0)),
  LeakyRelu: ([x], attributes) =>
    each((z) => (z < 0 ? (attributes.get('alpha') as number) * z : z))([x!], attributes),
  Elu: each((x) => (x < 0 ? Math.expm1(x) : x)),
  Tanh: each(Math.tanh),
  Asinh: each(Math.asinh),
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  Neg: each((x) => -x),
  // As ONNX Runtime has it.
  Softplus: each((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  Erf: each(erf),
  Softmax: rowwise((row) => {
    const shares = row.map((value) => Math.exp(value - Math.max(...row)))
    return shares.map((share) => share / sum(shares))
  }),
  ArgMax: rowwise((row) => [row.indexOf(Math.max(...row))]),
  LabelEncoder: ([x], attributes) =>
    x!.map(([value]) => [(attributes.get('values_strings') as string[])[value as number]!]),
}

/** The integral of its derivative by Simpson's rule. */
function erf(x: number): number {
  const parts = 400
  const width = x / parts
  const density = (i: number) => Math.exp(-((i * width) ** 2))
  const inner = Array.from({ length: parts - 1 }, (_, i) => density(i + 1) * (i % 2 === 0 ? 4 : 2))
  return (2 / Math.sqrt(Math.PI)) * (width / 3) * (density(0) + sum(inner) + density(parts))
}

function attribute(message: Fields): [string, unknown] {
  const kind = Number(message.get(20)![0])
  const value = () => {
    if (kind === 1) return message.get(2)![0]
    if (kind === 2) return message.get(3)![0]
    if (kind === 3) return text(message, 4)
    return kind === 7 ? message.get(8) : many(message, 9).map(utf8)
  }
  return [text(message, 1), value()]
}

function constant(message: Fields): Rows {
  const raw = one(message, 9)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const type = Number(message.get(2)![0])
  const readers: Record<number, (k: number) => number> = {
    1: (k) => view.getFloat32(4 * k, true),
    7: (k) => Number(view.getBigInt64(8 * k, true)),
    11: (k) => view.getFloat64(8 * k, true),
  }
  const count = raw.byteLength / (type === 1 ? 4 : 8)
  const numbers = Array.from({ length: count }, (_, k) => readers[type]!(k))
  const shape = (message.get(1) ?? []) as number[]
  if (shape.length < 2) return [numbers]
  return Array.from({ length: shape[0]! }, (_, i) => numbers.slice(i * shape[1]!, (i + 1) * shape[1]!))
}

function fields(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes)
  const found: Fields = new Map()
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag()
    const value =
      type === WireType.LengthDelimited
        ? reader.bytes()
        : type === WireType.Bit32
          ? reader.float()
          : Number(reader.int64())
    found.set(number, [...(found.get(number) ?? []), value])
  }
  return found
}

const many = (message: Fields, number: number) => (message.get(number) ?? []) as Uint8Array[]
const one = (message: Fields, number: number) => many(message, number)[0]!
const utf8 = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const text = (message: Fields, number: number) => utf8(one(message, number))
