import { describe, expect, it } from 'vitest'
import { numberColumn } from '../../../../../src/domain/dataset.ts'
import type { MlpSettings } from '../../../../../src/domain/mlp-settings.ts'
import { TrainingFailed } from '../../../../../src/services/ports/trainer.ts'
import { checkFixedSettings, checkSearchedSettings } from '../../../../../src/trainers/mlp/check-settings.ts'
import { checkTask } from '../../../../../src/trainers/mlp/check-task.ts'
import type { Dataset } from '../../../../../src/trainers/mlp/data/dataset.ts'
import { weighRows } from '../../../../../src/trainers/mlp/data/sample-weights.ts'
import { createMlpTrainer } from '../../../../../src/trainers/mlp/mlp-trainer.ts'

const ROWS = 200
const number = (i: number) => (((i * 7919) % 251) - 125) / 64

/** Whether x is above 0; where the weight is 0, what is said of it is wrong. */
function halfWrong(weightOf = (row: number) => row % 2): Dataset {
  const x = Array.from({ length: ROWS }, (_, row) => number(row))
  const weights = x.map((_, row) => weightOf(row))
  return {
    name: 'half-wrong',
    title: 'Half of it is wrong',
    task: 'classification',
    rows: ROWS,
    columns: [
      { name: 'colour', categories: ['blue', 'red'] },
      numberColumn('trust', weights),
      numberColumn('x', x),
    ],
    featureNames: ['colour=blue', 'colour=red', 'trust', 'x'],
    features: Float64Array.from(
      x.flatMap((value, row) => [row % 3 ? 1 : 0, row % 3 ? 0 : 1, weights[row]!, value]),
    ),
    targetNames: ['isPositive'],
    targets: Float64Array.from(x, (value, row) => Number(value > 0 === row % 2 > 0)),
    classes: ['no', 'yes'],
    digest: String(weightOf),
  }
}

async function train(dataset: Dataset, settings: Partial<MlpSettings>) {
  const trainer = createMlpTrainer({ describe: async () => dataset, load: async () => dataset })
  const request = {
    trainer: {
      kind: 'mlp' as const,
      dataset: dataset.name,
      settings: { epochs: 30, learningRate: 0.01, ...settings },
    },
    params: {},
    seed: 1,
  }
  const { metrics } = await trainer.train(request, () => {}, new AbortController().signal)
  return { metrics, test: await trainer.test({ ...request, metrics }, new AbortController().signal) }
}

describe('sampleWeights', () => {
  it('takes the column out of the features, wherever it stands, and keeps its ratios', () => {
    const dataset = halfWrong((row) => row % 4)

    const { columns, featureNames, features, weights } = weighRows(dataset, 'trust')

    expect(columns.map(({ name }) => name)).toEqual(['colour', 'x'])
    expect(featureNames).toEqual(['colour=blue', 'colour=red', 'x'])
    expect([...features.subarray(0, 6)]).toEqual([0, 1, number(0), 1, 0, number(1)])
    for (const row of [0, 1, 2, 3]) expect(weights![row]).toBeCloseTo(row / 1.5, 12)
    expect(weighRows(dataset, 'trust').features).toBe(features)
    expect(weighRows(dataset, '')).toBe(dataset)
  })

  it('lets the trainer learn from the rows that count, and judges its loss by them', async () => {
    const weighed = await train(halfWrong(), { sampleWeights: 'trust' })

    expect(weighed.metrics.validationLoss).toBeLessThan(0.2)
    expect(weighed.test.loss).toBeLessThan(0.3)
    // The rows that do not count are all wrong, and the accuracy counts them.
    expect(weighed.metrics.validationAccuracy).toBeLessThan(0.7)
  })

  it('says what each row counts in any unit, however large', async () => {
    const small = await train(halfWrong(), { sampleWeights: 'trust' })
    const large = await train(
      halfWrong((row) => (row % 2) * 1e300),
      { sampleWeights: 'trust' },
    )

    expect(large.metrics.validationLoss).toBeCloseTo(small.metrics.validationLoss!, 6)
  })

  it('fails a trial whose part of the rows counts nothing, and says so', async () => {
    const oneRow = halfWrong((row) => Number(row === 7))

    await expect(train(oneRow, { sampleWeights: 'trust' })).rejects.toThrow(TrainingFailed)
    await expect(train(oneRow, { sampleWeights: 'trust' })).rejects.toThrow(
      'Too few rows have a trust above 0',
    )
  })

  it.each<[string, Dataset, string, string]>([
    ['a column that is not there', halfWrong(), 'weight', 'no column weight; of numbers it has trust, x'],
    ['the target', halfWrong(), 'isPositive', 'no column isPositive'],
    ['texts', halfWrong(), 'colour', 'has texts'],
    ['weights below 0', halfWrong((row) => row - 1), 'trust', 'goes down to -1'],
    ['weights that are all 0', halfWrong(() => 0), 'trust', '0 in all rows'],
    [
      'the only column',
      { ...halfWrong(), columns: [numberColumn('x', [0, 1])] },
      'x',
      'nothing would be left',
    ],
  ])('refuses %s', (_name, dataset, sampleWeights, message) => {
    const faults = checkTask(dataset, { sampleWeights })

    expect(faults).toHaveLength(1)
    expect(faults[0]!.path).toBe('trainer.settings.sampleWeights')
    expect(faults[0]!.message).toContain(message)
  })

  it('is a name, and the same for all trials', () => {
    expect(checkFixedSettings({ sampleWeights: 3 })[0]!.message).toBe(
      'sampleWeights must be the name of a column, not 3',
    )
    const searchSpace = {
      parameters: [{ name: 'sampleWeights', type: 'categorical', choices: ['', 'trust'] }],
      constraints: [],
    } as const
    const definition = { searchSpace, trainer: { kind: 'mlp', dataset: 'half-wrong', settings: {} } } as never
    expect(checkSearchedSettings(definition)[0]!.message).toContain('sampleWeights cannot be searched')
  })
})
