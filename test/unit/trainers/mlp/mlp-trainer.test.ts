import { describe, expect, it } from 'vitest'
import { MLP_DEFAULTS, type MlpSetting, type MlpSettings } from '../../../../src/domain/mlp-settings.ts'
import { MLP_UPDATE_SETTINGS, type MlpUpdateSettings } from '../../../../src/domain/mlp-update-settings.ts'
import type { Report } from '../../../../src/domain/trial.ts'
import { TrainingFailed } from '../../../../src/services/ports.ts'
import { findDataset } from '../../../../src/trainers/mlp/datasets.ts'
import { mlpTrainer } from '../../../../src/trainers/mlp/mlp-trainer.ts'
import { splitRows } from '../../../../src/trainers/mlp/split.ts'

const never = new AbortController().signal
const requestFor = (dataset: string, settings: Partial<MlpSettings> = {}, seed = 1) => ({
  trainer: { kind: 'mlp' as const, dataset, settings },
  params: {},
  seed,
})

function endsOf(setting: MlpSetting): readonly (string | number)[] {
  return setting.type === 'choice' ? setting.choices : [setting.min, setting.max]
}

async function trainWith(request: ReturnType<typeof requestFor>) {
  const reports: Report[] = []
  const { metrics } = await mlpTrainer.train(request, (report) => reports.push(report), never)
  return { metrics, reports }
}

describe('the mlp trainer', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
    'learns xor with its default settings, every test row, seed %i',
    async (seed) => {
      const request = requestFor('xor', {}, seed)
      const { metrics } = await trainWith(request)

      const test = await mlpTrainer.test!({ ...request, metrics }, never)

      expect(test.accuracy).toBe(1)
    },
  )

  it('reports every epoch from 1 and ends with what the best one reported', async () => {
    const { metrics, reports } = await trainWith(requestFor('wine', { epochs: 12, patience: 0 }))

    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
    const losses = reports.map((report) => report.metrics.validationLoss!)
    expect(metrics.bestEpoch).toBe(losses.indexOf(Math.min(...losses)) + 1)
    expect(metrics).toMatchObject(reports[metrics.bestEpoch! - 1]!.metrics)
    expect(Object.keys(reports[0]!.metrics).sort()).toEqual([
      'trainingLoss',
      'validationAccuracy',
      'validationLoss',
    ])
    // 13 inputs, two layers of 64, 3 classes.
    expect(metrics.weightCount).toBe(14 * 64 + 65 * 64 + 65 * 3)
  })

  it('gives the same metrics for the same seed and others for another', async () => {
    const run = async (seed: number) => (await trainWith(requestFor('iris', { epochs: 5 }, seed))).metrics

    expect(await run(3)).toEqual(await run(3))
    expect(await run(3)).not.toEqual(await run(4))
  })

  it('lets a parameter go before the settings, and those before the defaults', async () => {
    const request = requestFor('iris', { hiddenUnits: 5, hiddenLayers: 1, epochs: 1 })
    const { metrics } = await mlpTrainer.train({ ...request, params: { hiddenUnits: 7 } }, () => {}, never)

    expect(metrics.weightCount).toBe(5 * 7 + 8 * 3)
  })

  it('never looks at a test row while it trains', async () => {
    const settings = { splitSeed: 77 }
    const dataset = findDataset('breast-cancer')!
    const columns = dataset.featureNames.length
    for (const row of splitRows(dataset, { ...MLP_DEFAULTS, ...settings }).test) {
      dataset.features.fill(Number.NaN, row * columns, (row + 1) * columns)
    }

    const { metrics } = await trainWith(requestFor('breast-cancer', settings))

    expect(metrics.validationAccuracy).toBeGreaterThan(0.9)
  })

  it('measures a regression in the unit of its target', async () => {
    const { metrics } = await trainWith(requestFor('diabetes'))

    // Targets from 25 to 346 with deviation 77: predicting their mean is off by about that.
    expect(metrics.validationRmse).toBeGreaterThan(30)
    expect(metrics.validationRmse).toBeLessThan(75)
    expect(metrics.validationR2).toBeGreaterThan(0.2)
    expect(metrics).not.toHaveProperty('validationAccuracy')
  })

  it('tests a regression by rmse, r2 and loss', async () => {
    const request = requestFor('diabetes')
    const { metrics } = await trainWith(request)

    const test = await mlpTrainer.test!({ ...request, metrics }, never)

    expect(Object.keys(test).sort()).toEqual(['loss', 'r2', 'rmse'])
    expect(test.r2).toBeGreaterThan(0.3)
  })

  it.each<[string, Partial<MlpSettings>]>([
    ['no hidden layer', { hiddenLayers: 0 }],
    ['a batch larger than the data', { batchSize: 65_536 }],
    ['one epoch', { epochs: 1 }],
    ['parts as small as they get', { validationFraction: 0.01, testFraction: 0.01 }],
    ['a training part as small as it gets', { validationFraction: 0.1, testFraction: 0.8 }],
  ])('trains with %s', async (_name, settings) => {
    const request = requestFor('iris', settings)
    const { metrics } = await trainWith(request)

    const test = await mlpTrainer.test!({ ...request, metrics }, never)

    expect(Object.values({ ...metrics, ...test }).every(Number.isFinite)).toBe(true)
  })

  it.each<[string, Partial<MlpSettings>]>([
    ['nesterov, step', { optimizer: 'nesterov', schedule: 'step', learningRate: 0.02 }],
    ['adagrad, exponential', { optimizer: 'adagrad', schedule: 'exponential', learningRate: 0.05 }],
    ['rmsprop, polynomial', { optimizer: 'rmsprop', schedule: 'polynomial' }],
    ['nadam, cosine with restarts', { optimizer: 'nadam', schedule: 'cosineRestarts' }],
    ['amsgrad, plateau', { optimizer: 'amsgrad', schedule: 'plateau', plateauEpochs: 2 }],
    [
      'lion, one cycle after a warm-up, decay',
      { optimizer: 'lion', schedule: 'oneCycle', warmupEpochs: 3, learningRate: 5e-4, weightDecay: 0.1 },
    ],
    ['AdamW, clipped, averaged', { weightDecay: 0.1, clipNorm: 1, clipValue: 0.5, averaging: 0.99 }],
    ['penalties', { optimizer: 'sgd', l1: 1e-4, l2: 1e-3, learningRate: 0.02 }],
  ])('learns wine with %s, and its last training does too', async (_name, settings) => {
    const request = requestFor('wine', settings)
    const { metrics } = await trainWith(request)

    const test = await mlpTrainer.test!({ ...request, metrics }, never)

    expect(metrics.validationAccuracy).toBeGreaterThan(0.9)
    expect(test.accuracy).toBeGreaterThan(0.9)
  })

  it('clips what would diverge', async () => {
    const wild = { optimizer: 'sgd', activation: 'identity', learningRate: 0.5, epochs: 5 } as const
    await expect(trainWith(requestFor('diabetes', wild))).rejects.toThrow(TrainingFailed)

    const { metrics } = await trainWith(requestFor('diabetes', { ...wild, clipNorm: 0.01 }))

    expect(metrics.validationLoss).toBeLessThan(2)
  })

  it.each<keyof MlpSettings>(Object.keys(MLP_UPDATE_SETTINGS) as (keyof MlpSettings)[])(
    'takes both ends of %s',
    async (name) => {
      for (const value of endsOf(MLP_UPDATE_SETTINGS[name as keyof MlpUpdateSettings])) {
        const settings = { epochs: 1, activation: 'tanh', [name]: value } as const
        await expect(trainWith(requestFor('iris', settings))).resolves.toBeDefined()
      }
    },
  )

  it('fails a diverged training with a reason that says what to do', async () => {
    const wild = requestFor('diabetes', { optimizer: 'sgd', activation: 'identity', learningRate: 100 })

    const training = trainWith(wild)

    await expect(training).rejects.toThrow(TrainingFailed)
    await expect(training).rejects.toThrow(/not finite at epoch \d+ with learning rate 100: lower the rate/)
  })

  it('throws the reason of a signal that aborts', async () => {
    const stop = new AbortController()
    const request = requestFor('digits', { epochs: 10_000, patience: 0 })

    const training = mlpTrainer.train(request, () => stop.abort('stopped'), stop.signal)

    await expect(training).rejects.toBe('stopped')
  })
})
