import { describe, expect, it } from 'vitest'
import type { MlpSettings } from '../../../../../src/domain/mlp-settings.ts'
import type { Prediction, RawRow } from '../../../../../src/services/ports/trainer.ts'
import type { Dataset } from '../../../../../src/trainers/mlp/data/dataset.ts'
import { findDataset } from '../../../../../src/trainers/mlp/data/datasets.ts'
import { createMlpTrainer } from '../../../../../src/trainers/mlp/mlp-trainer.ts'
import { decodeModel, encodeModel } from '../../../../../src/trainers/mlp/model/model.ts'
import { onnxGraph } from '../../../../../src/trainers/mlp/model/onnx-graph.ts'
import { evaluateOnnx } from '../../../../support/evaluate-onnx.ts'

/** Numbers and texts in turn; the class hangs on both. */
const MIXED: Dataset = {
  name: 'mixed',
  title: 'mixed',
  task: 'classification',
  rows: 120,
  columns: [{ name: 'size' }, { name: 'label', categories: ['blue', 'red'] }, { name: 'age' }],
  featureNames: ['size', 'label=blue', 'label=red', 'age'],
  features: Float64Array.from(
    Array.from({ length: 120 }, (_, i) => [i * 1000.5, i % 2, 1 - (i % 2), (i * 7) % 50]).flat(),
  ),
  targetNames: ['kind'],
  targets: Float64Array.from(Array.from({ length: 120 }, (_, i) => Number(i % 2 === 0 && i > 40))),
  classes: ['no', 'yes'],
}

/** Two columns with values far out around one without, and what hangs on the logarithm of the first. */
const LONG_TAILED: Dataset = {
  name: 'long-tailed',
  title: 'long-tailed',
  task: 'regression',
  rows: 120,
  columns: [{ name: 'income' }, { name: 'age' }, { name: 'spoiled' }],
  featureNames: ['income', 'age', 'spoiled'],
  features: Float64Array.from(
    Array.from({ length: 120 }, (_, i) => [Math.exp(i / 12), i % 50, i % 9 === 3 ? 1e6 + i : i % 7]).flat(),
  ),
  targetNames: ['spent'],
  targets: Float64Array.from(Array.from({ length: 120 }, (_, i) => i + 20)),
  classes: [],
}

const OWN = [MIXED, LONG_TAILED]
const find = (name: string) => OWN.find((own) => own.name === name) ?? findDataset(name)
const library = { describe: async (name: string) => find(name), load: async (name: string) => find(name)! }
const trainer = createMlpTrainer(library)
const never = new AbortController().signal

async function train(dataset: string, settings: Partial<MlpSettings>) {
  const request = {
    trainer: { kind: 'mlp', dataset, settings: { epochs: 3, ...settings } },
    params: {},
    seed: 4,
  } as const
  const { model, metrics } = await trainer.train(request, () => {}, never)
  return { content: model(), metrics }
}

function rowsOf(
  { columns, featureNames, features, rows }: Dataset,
  count = rows,
): Record<string, number | string>[] {
  const width = featureNames.length
  return Array.from({ length: count }, (_, i) => {
    let at = i * width
    const cells = columns.map(({ name, categories }) => {
      const cell = categories
        ? categories[features.subarray(at, at + categories.length).indexOf(1)]!
        : features[at]!
      at += categories?.length ?? 1
      return [name, cell] as const
    })
    return Object.fromEntries(cells)
  })
}

async function predict(content: Uint8Array, rows: readonly RawRow[]): Promise<readonly Prediction[]> {
  const predicted = await trainer.model.predict(content, rows)
  if ('faults' in predicted) throw new Error(JSON.stringify(predicted.faults))
  return predicted
}

const numbers = (record: Readonly<Record<string, number>> | undefined) => Object.values(record ?? {})

describe('a trained network', () => {
  it.each(['crossEntropy', 'binaryCrossEntropy'] as const)(
    'by %s is as right as its trial said',
    async (loss) => {
      const { content, metrics } = await train('iris', { loss, epochs: 20, validationFraction: 0.5 })
      const predicted = await predict(content, rowsOf(findDataset('iris')!))

      const { targets, classes, rows } = findDataset('iris')!
      const right = predicted.filter(({ label }, i) => label === classes[targets[i]!]).length / rows
      expect(Math.abs(right - metrics.validationAccuracy!)).toBeLessThan(0.1)
      for (const { probabilities } of predicted) {
        expect(numbers(probabilities).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6)
      }
    },
  )

  it('tells what is wrong with rows', async () => {
    const { content } = await train('mixed', {})
    const rows = [
      { size: 1, label: 'green', age: 2 },
      { size: '1', label: 'red', old: 3 },
    ]

    expect(await trainer.model.predict(content, rows as RawRow[])).toEqual({
      faults: [
        { path: 'rows[0].label', message: 'must be one of blue, red, not "green"' },
        { path: 'rows[1].size', message: 'must be a number, not "1"' },
        { path: 'rows[1].age', message: 'is missing' },
        { path: 'rows[1].old', message: 'there is no such column; there are size, label, age' },
      ],
    })
  })

  it('takes rows as they are in the file, with the column that said what each counts or without', async () => {
    const { content } = await train('mixed', { sampleWeights: 'age' })
    const rows = rowsOf(MIXED, 20)
    const without = rows.map(({ age: _, ...row }) => row)

    expect(await predict(content, rows)).toEqual(await predict(content, without as RawRow[]))
  })
})

describe('a network of columns with long tails', () => {
  /** As in the file, and farther out than any of it. */
  const rows = [
    ...rowsOf(LONG_TAILED, 20),
    { income: 1e30, age: 4, spoiled: -1e30 },
    { income: -5, age: 1e9, spoiled: 1e38 },
  ]
  const valuesOf = (predicted: readonly Prediction[]) => predicted.map(({ values }) => values!.spent!)

  it('bends them alike in ONNX', async () => {
    const { content } = await train('long-tailed', { epochs: 20 })

    const features = rows.map(({ income, age, spoiled }) => [income!, age!, spoiled!])
    const { values } = evaluateOnnx(trainer.model.asOnnx(content), { features })
    for (const [i, value] of valuesOf(await predict(content, rows)).entries()) {
      expect(Number(values![i]![0]) / value).toBeCloseTo(1, 4)
    }
  })

  it('says in JSON how they are bent', async () => {
    const { content } = await train('long-tailed', { hiddenLayers: 0 })

    const { standardization, outputScaling, layers } = trainer.model.asJson(content) as {
      standardization: {
        mean: number[]
        deviation: number[]
        clip: number
        tails: { feature: number; center: number; width: number }[]
      }
      outputScaling: { mean: number[]; deviation: number[] }
      layers: { weights: number[][]; bias: number[] }[]
    }
    const { mean, deviation, clip, tails } = standardization
    const input = (x: number, j: number) => {
      const tail = tails.find(({ feature }) => feature === j)
      if (!tail) return Math.max(-clip, Math.min(clip, (x - mean[j]!) / deviation[j]!))
      const bent = Math.asinh((x - tail.center) / tail.width)
      return clip * Math.asinh((bent - mean[j]!) / deviation[j]! / clip)
    }
    expect(tails.map(({ feature }) => feature)).toEqual([0, 2])
    for (const [i, value] of valuesOf(await predict(content, rows)).entries()) {
      const inputs = Object.values(rows[i]!).map((x, j) => input(x as number, j))
      const { weights, bias } = layers[0]!
      const output = inputs.reduce((sum, x, j) => sum + x * weights[j]![0]!, bias[0]!)
      expect((output * outputScaling.deviation[0]! + outputScaling.mean[0]!) / value).toBeCloseTo(1, 4)
    }
  })

  it('tells rows apart that are farther out than any it learned from', async () => {
    const { content } = await train('long-tailed', { epochs: 20 })
    const far = [1e6, 1e8, 1e10].map((income) => ({ income, age: 4, spoiled: 3 }))

    expect(new Set(valuesOf(await predict(content, far))).size).toBe(3)
  })
})

describe('a network that was stored before tails were bent', () => {
  it('predicts as it did', async () => {
    const { content } = await train('wine', {})
    const length = new DataView(content.buffer).getUint32(0, true)
    const { features, ...rest } = JSON.parse(new TextDecoder().decode(content.subarray(4, 4 + length)))
    const { tails, ...scaling } = features
    const json = new TextEncoder().encode(JSON.stringify({ ...rest, features: scaling }))
    const stored = new Uint8Array([0, 0, 0, 0, ...json, ...content.subarray(4 + length)])
    new DataView(stored.buffer).setUint32(0, json.length, true)
    const rows = rowsOf(findDataset('wine')!, 5)

    expect(tails).toEqual([])
    expect(await predict(stored, rows)).toEqual(await predict(content, rows))
    expect(trainer.model.asOnnx(stored)).toEqual(trainer.model.asOnnx(content))
  })
})

describe('a network whose outputs are all far below 0', () => {
  it('still has shares of one, in ONNX too', async () => {
    const { content } = await train('wine', { loss: 'binaryCrossEntropy', hiddenLayers: 0 })
    const model = decodeModel(content)
    const weights = model.weights.fill(0)
    weights.set([-2000, -2001, -2002], weights.length - 3)
    const low = encodeModel({ ...model, weights })
    const rows = rowsOf(findDataset('wine')!, 2)
    const features = rows.map((row) => findDataset('wine')!.featureNames.map((name) => row[name]!))

    const [first] = await predict(low, rows)
    const { probabilities } = evaluateOnnx(trainer.model.asOnnx(low), { features })

    const all = 1 + Math.exp(-1) + Math.exp(-2)
    for (const [j, share] of [1 / all, Math.exp(-1) / all, Math.exp(-2) / all].entries()) {
      expect(numbers(first!.probabilities)[j]).toBeCloseTo(share, 6)
      expect(probabilities![0]![j]).toBeCloseTo(share, 6)
    }
  })
})

describe('a network in ONNX', () => {
  const shapes: Partial<MlpSettings>[] = [
    { hiddenLayers: 0 },
    { normalization: 'batch', residual: true, hiddenLayers: 3 },
    { normalization: 'layer', activation: 'silu' },
    ...(['leakyRelu', 'elu', 'gelu', 'tanh', 'sigmoid', 'softplus', 'identity'] as const).map(
      (activation) => ({ activation }),
    ),
  ]

  it.each(shapes)('of %o gives raw rows the probabilities that the engine gives them', async (settings) => {
    const { content } = await train('wine', settings)
    const { featureNames } = findDataset('wine')!
    const rows = rowsOf(findDataset('wine')!, 30)

    const features = rows.map((row) => featureNames.map((name) => row[name]!))
    const { probabilities, label } = evaluateOnnx(trainer.model.asOnnx(content), { features })
    for (const [i, predicted] of (await predict(content, rows)).entries()) {
      expect(label![i]).toEqual([predicted.label])
      numbers(predicted.probabilities).forEach((share, j) => {
        expect(probabilities![i]![j]).toBeCloseTo(share, 4)
      })
    }
  })

  it('takes columns of texts as they are, in any order among numbers', async () => {
    const { content } = await train('mixed', { loss: 'binaryCrossEntropy' })
    const rows = rowsOf(MIXED, 20)

    // An output is called `label` too.
    const inputs = {
      features: rows.map(({ size, age }) => [size!, age!]),
      column_label: rows.map(({ label }) => [label!]),
    }
    const { probabilities } = evaluateOnnx(trainer.model.asOnnx(content), inputs)
    for (const [i, predicted] of (await predict(content, rows)).entries()) {
      numbers(predicted.probabilities).forEach((share, j) => {
        expect(probabilities![i]![j]).toBeCloseTo(share, 4)
      })
    }
  })

  it.each(['column_label', 'layer0.weights', 'layer0.bias', 'features', '/Gemm_0'])(
    'gives each name to one thing where columns of texts are called label and %s',
    async (name) => {
      const { content } = await train('mixed', {})
      const model = decodeModel(content)
      const columns = [
        { name, categories: ['a', 'b'] },
        { name: 'label', categories: ['a', 'b'] },
      ]
      const { inputs, tensors, nodes, outputs } = onnxGraph({ ...model, columns })

      const given = [...inputs, ...tensors].map((one) => one.name)
      const all = [...given, ...nodes.map(({ output }) => output)]
      expect(new Set(all).size).toBe(all.length)
      for (const output of outputs) expect(given).not.toContain(output.name)
    },
  )

  it.each([
    ['robot-arm', 'values'],
    ['diabetes', 'values'],
    ['discs', 'probabilities'],
  ] as const)('of %s gives its %s', async (name, output) => {
    const { content } = await train(name, {})
    const dataset = findDataset(name)!
    const rows = rowsOf(dataset, 20)

    const features = rows.map((row) => dataset.featureNames.map((column) => row[column]!))
    const outputs = evaluateOnnx(trainer.model.asOnnx(content), { features })[output]!
    for (const [i, predicted] of (await predict(content, rows)).entries()) {
      numbers(predicted[output]).forEach((value, j) => {
        expect(Number(outputs[i]![j]) / value).toBeCloseTo(1, 3)
      })
    }
  })
})
