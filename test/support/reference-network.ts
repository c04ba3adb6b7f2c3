import { philox } from '../../src/math/random.ts'
import type { NetworkShape } from '../../src/trainers/mlp/engine/native-engine.ts'

/**
 * The network once more, in double precision and as plainly as it can be said. A pass is a list of steps; each says what
 * comes out and, given the derivative by that, what the derivative by its input is, leaving its own gradient behind.
 */
export interface Layer {
  /** inputs x outputs. */
  readonly weights: number[][]
  readonly bias: number[]
  /** Of a normalized hidden layer. */
  readonly scale: number[]
  readonly shift: number[]
  /** Of a hidden layer with batch norm; no gradient. */
  readonly mean: number[]
  readonly variance: number[]
}

/** rows x columns. */
type Table = number[][]
interface Step {
  readonly out: Table
  readonly back: (d: Table) => Table
}

/** What dropout's masks depend on besides layer and place; absent outside of training. */
export interface Moment {
  readonly seed: number
  readonly epoch: number
  readonly step: number
}

const EPSILON = 1e-5

/** Outputs of the rows, and a function that turns the derivative by them into the gradient. */
export function run(shape: NetworkShape, layers: readonly Layer[], features: Table, moment?: Moment) {
  const gradient = layers.map(emptyLike)
  const backs: Step['back'][] = []
  const outputs = layers.reduce((h, layer, l) => {
    const into = gradient[l]!
    let table = h
    const through = (step: Step) => {
      backs.push(step.back)
      table = step.out
    }
    const { residual, normalization, dropout = 0, activation } = shape
    const isHidden = l + 1 < layers.length
    const skips = residual && isHidden && l > 0 && layer.weights.length === layer.bias.length
    // The derivative by the sum at a skip's end goes both ways: around, to be added at its start, and through.
    let around: Table = []
    if (skips) through({ out: table, back: (d) => sumOf(d, around) })
    through(dense(table, layer, into))
    if (!isHidden) return table
    if (normalization === 'batch') through(normalizeBatch(table, layer, into, moment !== undefined))
    if (normalization === 'layer') through(normalizeRows(table, layer, into))
    through(activate(table, activation))
    if (dropout > 0 && moment) through(drop(table, dropout, l, moment))
    if (skips) {
      through({
        out: sumOf(table, h),
        back: (d) => {
          around = d
          return d
        },
      })
    }
    return table
  }, features)
  return {
    outputs,
    differentiate(d: Table): Layer[] {
      backs.reduceRight((above, back) => back(above), d)
      return gradient
    },
  }
}

function emptyLike(layer: Layer): Layer {
  const zeros = (values: readonly number[]) => values.map(() => 0)
  const { weights, bias, scale, shift } = layer
  return {
    weights: weights.map(zeros),
    bias: zeros(bias),
    scale: zeros(scale),
    shift: zeros(shift),
    mean: [],
    variance: [],
  }
}

function sumOf(a: Table, b: Table): Table {
  return a.map((row, i) => row.map((value, j) => value + b[i]![j]!))
}

function dense(input: Table, { weights, bias }: Layer, into: Layer): Step {
  return {
    out: input.map((h) => bias.map((b, j) => h.reduce((sum, h_i, i) => sum + h_i * weights[i]![j]!, 0) + b)),
    back: (d) =>
      input.map((h, row) => {
        const above = d[row]!
        above.forEach((d_j, j) => {
          into.bias[j]! += d_j
          for (const [i, h_i] of h.entries()) into.weights[i]![j]! += h_i * d_j
        })
        return h.map((_, i) => above.reduce((sum, d_j, j) => sum + d_j * weights[i]![j]!, 0))
      }),
  }
}

/** Normalizes lists of numbers; `scaleOf` and `shiftOf` are those of a number's place. */
function normalized(values: readonly number[]) {
  const mean = average(values)
  const variance = average(values.map((value) => (value - mean) ** 2))
  const deviation = Math.sqrt(variance + EPSILON)
  const normal = values.map((value) => (value - mean) / deviation)
  const back = (d: readonly number[]) => {
    const [mean_d, mean_dn] = [average(d), average(d.map((d_i, i) => d_i * normal[i]!))]
    return d.map((d_i, i) => (d_i - mean_d - normal[i]! * mean_dn) / deviation)
  }
  return { mean, variance, normal, back }
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function transpose(table: Table): Table {
  return table[0]!.map((_, j) => table.map((row) => row[j]!))
}

function normalizeBatch(input: Table, layer: Layer, into: Layer, isTraining: boolean): Step {
  const rows = input.length
  const columns = transpose(input).map((column, j) => {
    if (isTraining && rows > 1) {
      const { mean, variance, normal, back } = normalized(column)
      layer.mean[j]! += 0.1 * (mean - layer.mean[j]!)
      layer.variance[j]! += 0.1 * ((variance * rows) / (rows - 1) - layer.variance[j]!)
      return { normal, back }
    }
    const [mean, deviation] = [layer.mean[j]!, Math.sqrt(layer.variance[j]! + EPSILON)]
    return {
      normal: column.map((value) => (value - mean) / deviation),
      back: (d: readonly number[]) => d.map((d_i) => d_i / deviation),
    }
  })
  const normal = transpose(columns.map((column) => column.normal))
  const { out, back } = scaleAndShift(normal, layer, into)
  return { out, back: (d) => transpose(transpose(back(d)).map((column, j) => columns[j]!.back(column))) }
}

function normalizeRows(input: Table, layer: Layer, into: Layer): Step {
  const rows = input.map(normalized)
  const { out, back } = scaleAndShift(
    rows.map(({ normal }) => normal),
    layer,
    into,
  )
  return { out, back: (d) => back(d).map((row, i) => rows[i]!.back(row)) }
}

function scaleAndShift(normal: Table, { scale, shift }: Layer, into: Layer): Step {
  return {
    out: normal.map((row) => row.map((value, j) => scale[j]! * value + shift[j]!)),
    back: (d) =>
      d.map((row, i) =>
        row.map((d_j, j) => {
          into.scale[j]! += d_j * normal[i]![j]!
          into.shift[j]! += d_j
          return d_j * scale[j]!
        }),
      ),
  }
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)

/** The normal distribution's share below z: its density's integral from 0 by Simpson's rule, right to 1e-12 here. */
function normalShare(z: number): number {
  const parts = 400
  const width = z / parts
  const at = (i: number) => density(i * width)
  let sum = at(0) + at(parts)
  for (let i = 1; i < parts; i++) sum += at(i) * (i % 2 === 1 ? 4 : 2)
  return 0.5 + (sum * width) / 3
}

const ACTIVATIONS: Record<
  NetworkShape['activation'],
  { value: (z: number) => number; slope: (z: number) => number }
> = {
  identity: { value: (z) => z, slope: () => 1 },
  relu: { value: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  leakyRelu: { value: (z) => (z < 0 ? 0.01 * z : z), slope: (z) => (z < 0 ? 0.01 : 1) },
  elu: { value: (z) => (z < 0 ? Math.expm1(z) : z), slope: (z) => (z < 0 ? Math.exp(z) : 1) },
  gelu: { value: (z) => z * normalShare(z), slope: (z) => normalShare(z) + z * density(z) },
  silu: { value: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) + z * sigmoid(z) * sigmoid(-z) },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  sigmoid: { value: sigmoid, slope: (z) => sigmoid(z) * sigmoid(-z) },
  softplus: { value: (z) => Math.log1p(Math.exp(z)), slope: sigmoid },
}

function activate(input: Table, activation: NetworkShape['activation']): Step {
  const { value, slope } = ACTIVATIONS[activation]
  return {
    out: input.map((row) => row.map(value)),
    back: (d) => d.map((row, i) => row.map((d_j, j) => d_j * slope(input[i]![j]!))),
  }
}

// Purpose of the random stream, as in native/include/mlp/random.h.
const DROPOUT = 3

function drop(input: Table, rate: number, layer: number, { seed, epoch, step }: Moment): Step {
  const threshold = Math.round(rate * 65_536)
  const width = input[0]!.length
  const factors = input.map((row, i) =>
    row.map((_, j) => {
      const element = i * width + j
      const counter = [Math.floor(element / 8), step, DROPOUT + layer * 256, epoch] as const
      const word = philox([...counter], seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0)[(element % 8) >> 1]!
      const number = element % 2 === 0 ? word & 0xffff : word >>> 16
      return number < threshold ? 0 : 65_536 / (65_536 - threshold)
    }),
  )
  const times = (table: Table) => table.map((row, i) => row.map((value, j) => value * factors[i]![j]!))
  return { out: times(input), back: times }
}
