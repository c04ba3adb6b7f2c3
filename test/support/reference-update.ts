import { MLP_DEFAULTS } from '../../src/domain/mlp-settings.ts'
import type { Layer, Options } from './reference-engine.ts'

/** What one parameter's update rule remembers; everything starts at 0. */
interface Memory {
  m: number
  v: number
  top: number
}
type Rule = (memory: Memory, gradient: number, step: number) => number

/** Each gives what is taken from the parameter, over the learning rate. The formulas' sources: mlp/update.h. */
function rules(momentum: number): Record<Options['optimizer'], Rule> {
  const moments = (memory: Memory, g: number) => {
    memory.m = 0.9 * memory.m + 0.1 * g
    memory.v = 0.999 * memory.v + 0.001 * g * g
  }
  const root = (v: number, step: number) => Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8
  return {
    sgd(memory, g) {
      memory.m = momentum * memory.m + g
      return memory.m
    },
    nesterov(memory, g) {
      memory.m = momentum * memory.m + g
      return g + momentum * memory.m
    },
    adagrad(memory, g) {
      memory.v += g * g
      return g / (Math.sqrt(memory.v) + 1e-10)
    },
    rmsprop(memory, g) {
      memory.v = 0.99 * memory.v + 0.01 * g * g
      return g / (Math.sqrt(memory.v) + 1e-8)
    },
    adam(memory, g, step) {
      moments(memory, g)
      return memory.m / (1 - 0.9 ** step) / root(memory.v, step)
    },
    nadam(memory, g, step) {
      moments(memory, g)
      const next = nadamMomentum(step + 1)
      const [product, productNext] = [nadamProduct(step), nadamProduct(step) * next]
      const ahead = (next * memory.m) / (1 - productNext)
      return (((1 - nadamMomentum(step)) * g) / (1 - product) + ahead) / root(memory.v, step)
    },
    amsgrad(memory, g, step) {
      moments(memory, g)
      memory.top = Math.max(memory.top, memory.v)
      return memory.m / (1 - 0.9 ** step) / root(memory.top, step)
    },
    lion(memory, g) {
      const direction = Math.sign(0.9 * memory.m + 0.1 * g)
      memory.m = 0.99 * memory.m + 0.01 * g
      return direction
    },
  }
}

function nadamMomentum(step: number): number {
  return 0.9 * (1 - 0.5 * 0.96 ** (0.004 * step))
}

function nadamProduct(step: number): number {
  return step === 0 ? 1 : nadamProduct(step - 1) * nadamMomentum(step)
}

/** Changes the layers in place by one step against the gradient, clipped and with penalties. */
export function createUpdate(given: Options, layers: readonly Layer[]) {
  const options = { ...MLP_DEFAULTS, ...given }
  const rule = rules(options.momentum)[options.optimizer]
  const rows = rowsOf(layers)
  const memories = rows.map(({ row }) => row.map((): Memory => ({ m: 0, v: 0, top: 0 })))
  let step = 0
  return (gradient: readonly Layer[], rate: number) => {
    step += 1
    const slopes = clipped(
      options,
      rowsOf(gradient).map(({ row }) => row),
    )
    rows.forEach(({ row, decays }, r) => {
      for (const [j, weight] of row.entries()) {
        const penalty = decays ? options.l2 * weight + options.l1 * Math.sign(weight) : 0
        const kept = decays ? weight * (1 - rate * options.weightDecay) : weight
        row[j] = kept - rate * rule(memories[r]![j]!, slopes[r]![j]! + penalty, step)
      }
    })
  }
}

function clipped({ clipValue, clipNorm }: { clipValue: number; clipNorm: number }, gradient: number[][]) {
  const limit = clipValue > 0 ? clipValue : Number.POSITIVE_INFINITY
  const held = gradient.map((row) => row.map((g) => Math.max(-limit, Math.min(limit, g))))
  if (clipNorm === 0) return held
  const factor = Math.min(1, clipNorm / (Math.hypot(...held.flat()) + 1e-6))
  return held.map((row) => row.map((g) => g * factor))
}

/** What is trained: the rows of every layer's matrix, then the rest of it. */
function rowsOf(layers: readonly Layer[]) {
  return layers.flatMap(({ weights, bias, scale, shift }) => [
    ...weights.map((row) => ({ row, decays: true })),
    ...[bias, scale, shift].map((row) => ({ row, decays: false })),
  ])
}

/** And what only moves along. */
function allRowsOf(layers: readonly Layer[]) {
  return [...rowsOf(layers), ...layers.flatMap(({ mean, variance }) => [{ row: mean }, { row: variance }])]
}

/** `layers` is what is to be judged and kept: the average, or without averaging the layers themselves. */
export function createAverage({ averaging = 0 }: Options, layers: readonly Layer[]) {
  if (averaging === 0) return { layers, follow() {} }
  const average = structuredClone(layers)
  const [from, to] = [allRowsOf(layers), allRowsOf(average)]
  let step = 0
  return {
    layers: average,
    follow() {
      step += 1
      const decay = Math.min(averaging, (1 + step) / (10 + step))
      for (const [r, { row }] of to.entries()) {
        for (const [j, value] of row.entries()) row[j] = decay * value + (1 - decay) * from[r]!.row[j]!
      }
    },
  }
}
