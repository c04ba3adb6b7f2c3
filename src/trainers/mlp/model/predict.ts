import type { Fault } from '../../../domain/errors.ts'
import type { Prediction, RawRow } from '../../../services/ports/trainer.ts'
import { scaleFeatures } from '../data/standardize.ts'
import { predictRows } from '../engine/native-engine.ts'
import { encodeRows } from './encode-rows.ts'
import type { Model } from './model.ts'

/** What the network says of rows, by the engine that has trained it. */
export async function predict(
  model: Model,
  rows: readonly RawRow[],
): Promise<readonly Prediction[] | { readonly faults: readonly Fault[] }> {
  const encoded = encodeRows(model.columns, rows, model.weightColumn)
  if ('faults' in encoded) return encoded
  const all = rows.map((_, i) => i)
  const outputs = await predictRows(model.shape, model.weights, scaleFeatures(encoded, all, model.features))
  const width = model.shape.layers.at(-1)!
  return all.map((i) => toPrediction(model, [...outputs.subarray(i * width, (i + 1) * width)]))
}

function toPrediction(model: Model, outputs: readonly number[]): Prediction {
  const { task, targets, classes, values } = model
  if (task === 'regression') {
    return {
      values: named(
        targets,
        outputs.map((output, j) => output * values.deviation[j]! + values.mean[j]!),
      ),
    }
  }
  if (task === 'multi-label') {
    const shares = outputs.map(sigmoid)
    return { labels: targets.filter((_, j) => shares[j]! > 0.5), probabilities: named(targets, shares) }
  }
  // Shares of the sum of sigmoids: by their logarithms, or far below 0 all of them would be 0.
  const shares = softmax(model.shape.loss === 'crossEntropy' ? outputs : outputs.map(logSigmoid))
  const largest = outputs.indexOf(Math.max(...outputs))
  return { label: classes[largest]!, probabilities: named(classes, shares) }
}

function named(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]))
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z))
}

function logSigmoid(z: number): number {
  return Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)))
}

function softmax(outputs: readonly number[]): number[] {
  const top = Math.max(...outputs)
  const shares = outputs.map((output) => Math.exp(output - top))
  const sum = shares.reduce((total, share) => total + share, 0)
  return shares.map((share) => share / sum)
}
