import { describe, expect, it } from 'vitest'
import type { MetricValues } from '../../../../src/domain/metric.ts'
import { MLP_NETWORK_SETTINGS } from '../../../../src/domain/mlp-network-settings.ts'
import { MLP_DEFAULTS, type MlpSetting, type MlpSettings } from '../../../../src/domain/mlp-settings.ts'
import { MLP_UPDATE_SETTINGS } from '../../../../src/domain/mlp-update-settings.ts'
import type { Report } from '../../../../src/domain/trial.ts'
import { TrainingFailed } from '../../../../src/services/ports/trainer.ts'
import { findDataset } from '../../../../src/trainers/mlp/data/datasets.ts'
import { splitRows } from '../../../../src/trainers/mlp/data/split.ts'
import { createMlpTrainer } from '../../../../src/trainers/mlp/mlp-trainer.ts'

const mlpTrainer = createMlpTrainer()

const never = new AbortController().signal
const requestFor = (dataset: string, settings: Partial<MlpSettings> = {}, seed = 1) => ({
  trainer: { kind: 'mlp' as const, dataset, settings },
  params: {},
  seed,
})

function endsOf(setting: MlpSetting): readonly unknown[] {
  if ('choices' in setting) return setting.choices
  if (setting.type === 'flag') return [false, true]
  if (setting.type === 'column') return ['', 'hue']
  return setting.type === 'widths' ? [[], [1], [3, 2, 2]] : [setting.min, setting.max]
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

      const test = await mlpTrainer.test({ ...request, metrics }, never)

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
      'validationBalancedAccuracy',
      'validationLoss',
      'validationMacroF1',
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

  it('tests a regression by its errors, r2 and loss', async () => {
    const request = requestFor('diabetes')
    const { metrics } = await trainWith(request)

    const test = await mlpTrainer.test({ ...request, metrics }, never)

    expect(Object.keys(test).sort()).toEqual(['loss', 'mae', 'mse', 'r2', 'rmse'])
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

    const test = await mlpTrainer.test({ ...request, metrics }, never)

    expect(Object.values({ ...metrics, ...test }).every(Number.isFinite)).toBe(true)
  })

  it.each<[string, Partial<MlpSettings>]>([
    ['nesterov, step', { optimizer: 'nesterov', schedule: 'step', learningRate: 0.02 }],
    ['adagrad, exponential', { optimizer: 'adagrad', schedule: 'exponential', learningRate: 0.05 }],
    ['rmsprop, polynomial', { optimizer: 'rmsprop', schedule: 'polynomial' }],
    ['adam, cosine by the step', { schedule: 'cosine', scheduleEvery: 'step' }],
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

    const test = await mlpTrainer.test({ ...request, metrics }, never)

    expect(metrics.validationAccuracy).toBeGreaterThan(0.9)
    expect(test.accuracy).toBeGreaterThan(0.9)
  })

  it.each<[Partial<MlpSettings>, Partial<MlpSettings>]>([
    [{ warmupEpochs: 10 }, { warmupEpochs: 3 }],
    [
      { schedule: 'step', stepEpochs: 8 },
      { schedule: 'step', stepEpochs: 2 },
    ],
  ])('shrinks %j with the epochs of its last training', async (settings, shrunk) => {
    const long = requestFor('wine', { epochs: 40, ...settings })
    const short = requestFor('wine', { epochs: 10, ...shrunk })

    const test = await mlpTrainer.test({ ...long, metrics: { bestEpoch: 1 } }, never)

    expect(test).toEqual(await mlpTrainer.test({ ...short, metrics: { bestEpoch: 10 } }, never))
  })

  it.each<Partial<MlpSettings>>([
    {},
    { schedule: 'cosine', warmupEpochs: 4 },
    { schedule: 'step', stepEpochs: 3, stepFactor: 0.5 },
  ])('tests what patience or a time limit ended as one that had no more epochs: %j', async (settings) => {
    const metrics = { bestEpoch: 3, epochsRun: 13 }
    const tested = (epochs: number) =>
      mlpTrainer.test({ ...requestFor('diabetes', { ...settings, epochs }), metrics }, never)

    expect(await tested(10_000)).toEqual(await tested(13))
  })

  it('tells how many epochs were run before patience ended it', async () => {
    const { metrics, reports } = await trainWith(requestFor('diabetes', { epochs: 1000, patience: 3 }))

    expect(metrics.epochsRun).toBe(reports.length)
    expect(metrics.epochsRun).toBe(metrics.bestEpoch! + 3)
  })

  it('never trains longer than its trials did, whatever an imported result says', async () => {
    const request = requestFor('iris', { epochs: 4 })
    const tested = (metrics: MetricValues) => mlpTrainer.test({ ...request, metrics }, never)

    const whole = await tested({ bestEpoch: 4 })
    expect(await tested({ bestEpoch: 3e9 })).toEqual(whole)
    expect(await tested({ bestEpoch: 3e9, epochsRun: 3e9 })).toEqual(whole)
    expect(await tested({ bestEpoch: -1, epochsRun: 0 })).toEqual(await tested({ bestEpoch: 1 }))
  })

  it('clips what would diverge', async () => {
    const wild = { optimizer: 'sgd', activation: 'identity', learningRate: 0.5, epochs: 5 } as const
    await expect(trainWith(requestFor('diabetes', wild))).rejects.toThrow(TrainingFailed)

    const { metrics } = await trainWith(requestFor('diabetes', { ...wild, clipNorm: 0.01 }))

    expect(metrics.validationLoss).toBeLessThan(2)
  })

  const TRIED = { ...MLP_UPDATE_SETTINGS, ...MLP_NETWORK_SETTINGS }
  it.each(Object.keys(TRIED))('takes both ends of %s', async (name) => {
    // Wide and deep at once would be an hour's work.
    const small = name === 'hiddenLayers' ? { hiddenUnits: 4 } : { hiddenLayers: 1 }
    const dataset = /huber/.test(name) || name === 'loss' ? 'diabetes' : 'iris'
    const values = endsOf(TRIED[name as keyof typeof TRIED]).filter(
      (value) => !/rossEntropy/.test(String(value)),
    )
    for (const value of values) {
      const settings = { epochs: 1, activation: 'tanh', ...small, [name]: value } as const
      await expect(trainWith(requestFor(dataset, settings))).resolves.toBeDefined()
    }
  })

  it('predicts several values at once, their errors in deviations', async () => {
    const request = requestFor('robot-arm', { learningRate: 0.01, epochs: 100, patience: 0 })
    const { metrics } = await trainWith(request)

    const test = await mlpTrainer.test({ ...request, metrics }, never)

    expect(metrics.validationR2).toBeGreaterThan(0.99)
    // Their mean as a guess would be off by 1.
    expect(metrics.validationRmse).toBeCloseTo(Math.sqrt(1 - metrics.validationR2!), 1)
    expect(test.r2).toBeGreaterThan(0.99)
  })

  it('predicts any number of labels a row', async () => {
    const request = requestFor('discs', { learningRate: 0.01, epochs: 100, patience: 0 })
    const { metrics } = await trainWith(request)

    const test = await mlpTrainer.test({ ...request, metrics }, never)

    // A disc holds 28 % of the square: the guess "in none" is right for 72 % of the labels.
    expect(metrics.validationAccuracy).toBeGreaterThan(0.93)
    expect(metrics.validationMacroF1).toBeGreaterThan(0.9)
    expect(metrics.validationRocAuc).toBeGreaterThan(0.97)
    expect(test.accuracy).toBeGreaterThan(0.93)
    expect(metrics).not.toHaveProperty('validationBalancedAccuracy')
  })

  it('trains each class against the rest', async () => {
    const { metrics } = await trainWith(requestFor('wine', { loss: 'binaryCrossEntropy' }))

    expect(metrics.validationAccuracy).toBeGreaterThan(0.9)
    expect(metrics.validationLogLoss).toBeLessThan(0.5)
  })

  it.each<[string, Partial<MlpSettings>]>([
    ['widths of its own', { hiddenWidths: [24, 12], learningRate: 0.01 }],
    ['widths as they are searched', { hiddenWidths: '24-12', learningRate: 0.01 }],
    ['batch norm, dropout and a skip', { normalization: 'batch', dropout: 0.2, residual: true }],
    ['layer norm and gelu', { normalization: 'layer', activation: 'gelu', initializer: 'orthogonal' }],
    ['smoothed labels of weighted classes', { labelSmoothing: 0.1, classWeights: 'balanced' }],
  ])('learns wine with %s, and its last training does too', async (_name, settings) => {
    const request = requestFor('wine', settings)
    const { metrics } = await trainWith(request)

    const test = await mlpTrainer.test({ ...request, metrics }, never)

    expect(metrics.validationAccuracy).toBeGreaterThan(0.9)
    expect(test.accuracy).toBeGreaterThan(0.9)
  })

  it('counts the weights of layers of their own widths', async () => {
    const settings = { hiddenWidths: [24, 12], normalization: 'batch', epochs: 1 } as const
    const { metrics } = await trainWith(requestFor('iris', settings))

    // And a scale and a shift for each hidden unit; running moments are not trained.
    expect(metrics.weightCount).toBe(5 * 24 + 25 * 12 + 13 * 3 + 2 * (24 + 12))
    expect(metrics.predictionFlops).toBe(2 * (4 * 24 + 24 * 12 + 12 * 3))
  })

  it('tells at each epoch how large a network is only to a study that names it', async () => {
    const request = requestFor('iris', { epochs: 2, patience: 0 })
    const reports: Report[] = []

    const { metrics } = await mlpTrainer.train(
      { ...request, metricNames: ['validationLoss', 'weightCount'] },
      (report) => reports.push(report),
      never,
    )

    expect(reports.map(({ metrics: { weightCount } }) => weightCount)).toEqual(
      Array(2).fill(metrics.weightCount),
    )
    expect(reports[0]!.metrics).not.toHaveProperty('predictionFlops')
    expect((await trainWith(request)).reports[0]!.metrics).not.toHaveProperty('weightCount')
  })

  it('tells times only to a study that names them, so that equal seeds give equal trials', async () => {
    const request = requestFor('iris', { epochs: 1 })
    const named = { ...request, metricNames: ['trainingSeconds', 'predictionSeconds'] }

    const { metrics } = await mlpTrainer.train(named, () => {}, never)

    expect((await trainWith(request)).metrics).not.toHaveProperty('trainingSeconds')
    expect(metrics.trainingSeconds).toBeGreaterThan(0)
    expect(metrics.predictionSeconds).toBeGreaterThan(0)
  })

  it('tells the area under the curve each epoch only to a study that goes by it', async () => {
    const request = requestFor('two-moons', { epochs: 2, patience: 0 })
    const reports: Report[] = []

    await mlpTrainer.train({ ...request, metricNames: ['validationRocAuc'] }, (r) => reports.push(r), never)

    expect(reports.map(({ metrics }) => metrics.validationRocAuc! > 0.5)).toEqual([true, true])
    expect((await trainWith(request)).reports[0]!.metrics).not.toHaveProperty('validationRocAuc')
    expect((await trainWith(request)).metrics).toHaveProperty('validationRocAuc')
  })

  it('says what to do where a part of the rows has one class only', async () => {
    const request = requestFor('iris', { folds: 20, testFraction: 0.8, epochs: 1 })
    const named = { ...request, metricNames: ['validationRocAuc'] }

    await expect(mlpTrainer.train(named, () => {}, never)).rejects.toThrow(/two classes.*fewer folds/)
    expect((await trainWith(request)).metrics).not.toHaveProperty('validationRocAuc')
  })

  it('cross-validates: means and standard errors over the folds, a report a training', async () => {
    const request = requestFor('iris', { folds: 3, repeats: 2, epochs: 4 })
    const reports: Report[] = []

    const { metrics, standardErrors } = await mlpTrainer.train(request, (r) => reports.push(r), never)

    expect(reports.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6])
    expect(reports[5]!.metrics).toEqual(metrics)
    // Undone means: what each training gave.
    const losses = reports.map(({ metrics: { validationLoss } }) => validationLoss!)
    const each = losses.map((mean, i) => mean * (i + 1) - (losses[i - 1] ?? 0) * i)
    expect(new Set(each.map((loss) => loss.toFixed(6))).size).toBe(6)
    const squares = each.reduce((sum, loss) => sum + (loss - metrics.validationLoss!) ** 2, 0)
    expect(standardErrors!.validationLoss).toBeCloseTo(Math.sqrt(squares / 5 / 6), 9)
    expect(standardErrors!.weightCount).toBe(0)
    await expect(mlpTrainer.test({ ...request, metrics }, never)).resolves.toHaveProperty('accuracy')
  })

  it('keeps what a time limit leaves, and fails where it leaves nothing', async () => {
    const request = requestFor('digits', { epochs: 10_000, patience: 0, timeLimitSeconds: 0.2 })
    const { reports } = await trainWith(request)
    expect(reports.length).toBeLessThan(10_000)

    const none = trainWith(requestFor('digits', { timeLimitSeconds: 1e-9 }))

    await expect(none).rejects.toThrow(/No epoch ended within 1e-09 s: allow more time/)
  })

  it('fails a diverged training with a reason that says what to do', async () => {
    const wild = requestFor('diabetes', { optimizer: 'sgd', activation: 'identity', learningRate: 100 })

    const training = trainWith(wild)

    await expect(training).rejects.toThrow(TrainingFailed)
    await expect(training).rejects.toThrow(
      /diverged: loss \S+ at step \d+ \(epoch \d+\) with learning rate 100\. Lower the learning rate/,
    )
  })

  it('throws the reason of a signal that aborts', async () => {
    const stop = new AbortController()
    const request = requestFor('digits', { epochs: 10_000, patience: 0 })

    const training = mlpTrainer.train(request, () => stop.abort('stopped'), stop.signal)

    await expect(training).rejects.toBe('stopped')
  })
})
