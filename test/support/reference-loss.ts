import type { NetworkShape, Scores } from '../../src/trainers/mlp/engine/native-engine.ts'

/** A label, or the values of the outputs. */
export type Target = number | readonly number[]

/** A row's loss and its derivative by the outputs. */
export function rowLoss(
  { loss: kind, huberDelta = 1 }: NetworkShape,
  z: readonly number[],
  target: Target,
  smoothing = 0,
): { loss: number; d: number[] } {
  if (kind === 'crossEntropy') return crossEntropy(z, target as number, smoothing)
  const y = typeof target === 'number' ? z.map((_, j) => Number(j === target)) : target
  const terms = z.map((value, j) => term(kind, value, y[j]!, kind === 'huber' ? huberDelta : smoothing))
  return {
    loss: terms.reduce((sum, { loss }) => sum + loss, 0) / z.length,
    d: terms.map(({ slope }) => slope / z.length),
  }
}

function crossEntropy(z: readonly number[], label: number, smoothing: number) {
  const top = Math.max(...z)
  const logSum = top + Math.log(z.reduce((sum, value) => sum + Math.exp(value - top), 0))
  const target = z.map((_, j) => (j === label ? 1 - smoothing : 0) + smoothing / z.length)
  return {
    loss: z.reduce((sum, value, j) => sum + target[j]! * (logSum - value), 0),
    d: z.map((value, j) => Math.exp(value - logSum) - target[j]!),
  }
}

/** @param how the loss's own number: delta, or smoothing. */
function term(kind: NetworkShape['loss'], z: number, y: number, how: number) {
  const error = z - y
  switch (kind) {
    case 'meanAbsoluteError':
      return { loss: Math.abs(error), slope: Math.sign(error) }
    case 'huber':
      return Math.abs(error) <= how
        ? { loss: error ** 2 / 2, slope: error }
        : { loss: how * (Math.abs(error) - how / 2), slope: how * Math.sign(error) }
    case 'binaryCrossEntropy': {
      const target = y * (1 - how) + how / 2
      return { loss: Math.log1p(Math.exp(z)) - z * target, slope: 1 / (1 + Math.exp(-z)) - target }
    }
    default:
      return { loss: error ** 2, slope: 2 * error }
  }
}

/** Everything that one can say of these outputs but logLoss and rocAuc, which the native tests hold to numbers by hand. */
export function scoreOutputs(
  shape: NetworkShape,
  outputs: readonly (readonly number[])[],
  targets: readonly Target[],
): Scores {
  const loss = mean(outputs.map((z, row) => rowLoss(shape, z, targets[row]!).loss))
  if (typeof targets[0] === 'number') return { loss, ...classScores(outputs, targets as readonly number[]) }
  const values = targets as readonly (readonly number[])[]
  return { loss, ...(shape.loss === 'binaryCrossEntropy' ? labelScores : valueScores)(outputs, values) }
}

function classScores(outputs: readonly (readonly number[])[], labels: readonly number[]) {
  const guesses = outputs.map((z) => z.indexOf(Math.max(...z)))
  const known = [...new Set([...labels, ...guesses])]
  const occurring = [...new Set(labels)]
  const count = (guess: number | undefined, label: number | undefined) =>
    labels.filter((l, i) => (label ?? l) === l && (guess ?? guesses[i]) === guesses[i]).length
  return {
    accuracy: mean(labels.map((label, i) => Number(label === guesses[i]))),
    balancedAccuracy: mean(occurring.map((label) => count(label, label) / count(undefined, label))),
    macroF1: mean(known.map((c) => (2 * count(c, c)) / (count(c, undefined) + count(undefined, c)))),
  }
}

function labelScores(outputs: readonly (readonly number[])[], values: readonly (readonly number[])[]) {
  const places = outputs[0]!.map((_, j) => j)
  const pairs = places.map((j) => outputs.map((z, i) => [z[j]! > 0, values[i]![j]! > 0.5] as const))
  const f1 = pairs.map((column) => {
    const [told, true_] = [column.filter(([guess]) => guess).length, column.filter(([, is]) => is).length]
    const both = column.filter(([guess, is]) => guess && is).length
    return told + true_ === 0 ? 0 : (2 * both) / (told + true_)
  })
  return { accuracy: mean(pairs.flat().map(([guess, is]) => Number(guess === is))), macroF1: mean(f1) }
}

function valueScores(outputs: readonly (readonly number[])[], values: readonly (readonly number[])[]) {
  const errors = outputs.flatMap((z, i) => z.map((value, j) => value - values[i]![j]!))
  const mse = mean(errors.map((error) => error ** 2))
  const variance = mean(
    values[0]!.map((_, j) => {
      const column = values.map((row) => row[j]!)
      return mean(column.map((value) => (value - mean(column)) ** 2))
    }),
  )
  return {
    mse,
    mae: mean(errors.map(Math.abs)),
    r2: variance > 0 ? 1 - mse / variance : Number(mse === 0),
    rmse: Math.sqrt(mse),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
