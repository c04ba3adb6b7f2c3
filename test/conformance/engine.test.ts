import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { packagePath } from '../../src/package-path.ts'
import {
  createRows,
  type EpochReport,
  evaluateNetwork,
  type Rows,
  type TrainOptions,
  trainNetwork,
} from '../../src/trainers/mlp/engine/native-engine.ts'
import { evaluateReference, type ReferenceRows, trainReference } from '../support/reference-engine.ts'

// Where the CPU lacks a set, the reference runs again.
const KERNELS = ['best', 'reference', 'avx2', 'avx512', 'neon'] as const
const signal = new AbortController().signal

interface Trace {
  readonly name: string
  readonly options: Omit<TrainOptions, 'seed' | 'patience'>
  readonly features: readonly number[]
  readonly targets: readonly (number | readonly number[])[]
  readonly initialWeights: readonly number[]
  readonly order: readonly number[]
  readonly rowWeights?: readonly number[]
  readonly stepLosses: readonly number[]
  readonly finalWeights: readonly number[]
}
// Made by scripts/golden/mlp.py from the formulas, and by mlp-torch.py with PyTorch's own layers, losses and optimizers,
// both in float64; the files say with which versions, and why these tolerances.
const GOLDEN = ['mlp', 'mlp-torch'].flatMap((name) => {
  const golden: { traces: readonly Trace[] } = JSON.parse(
    readFileSync(packagePath(`test/golden/${name}.json`), 'utf8'),
  )
  return golden.traces.map((trace) => ({ ...trace, file: `${name}.json` }))
})
const LOSS_TOLERANCE = 1e-5
const WEIGHT_TOLERANCE = 1e-4

describe.each(GOLDEN)('the training recorded in $file: $name', (trace) => {
  const options: TrainOptions = {
    ...trace.options,
    seed: 0,
    patience: 0,
    initialWeights: Float32Array.from(trace.initialWeights),
    order: Int32Array.from(trace.order),
    recordSteps: true,
  }
  const rows = {
    ...toReference(options, trace.features, trace.targets),
    ...(trace.rowWeights && { weights: trace.rowWeights }),
  }

  it.each(KERNELS)('is repeated by the native engine, %s kernels', async (kernels) => {
    const trained = await trainNetwork({ ...options, kernels }, toNative(rows), undefined, () => {}, signal)

    expect(worst(trained.stepLosses!, trace.stepLosses)).toBeLessThan(LOSS_TOLERANCE)
    expect(worst(trained.weights, trace.finalWeights)).toBeLessThan(WEIGHT_TOLERANCE)
  })

  it('is repeated by the reference engine, in its own precision', () => {
    const trained = trainReference(options, rows, undefined)

    expect(worst(trained.stepLosses!, trace.stepLosses)).toBeLessThan(1e-11)
    // The weights come back as float32.
    expect(worst(trained.weights, trace.finalWeights)).toBeLessThan(1e-7)
  })
})

const base: TrainOptions = {
  layers: [4, 6, 3],
  activation: 'tanh',
  loss: 'crossEntropy',
  epochs: 6,
  scheduleEpochs: 8,
  batchSize: 4,
  optimizer: 'adam',
  learningRate: 0.01,
  momentum: 0.5,
  schedule: 'constant',
  stepEpochs: 2,
  stepFactor: 0.5,
  patience: 0,
  seed: 2 ** 32 + 5,
}
const VARIANTS: Record<string, Partial<TrainOptions>> = {
  'as it is': {},
  'leaky relu': { activation: 'leakyRelu' },
  elu: { activation: 'elu' },
  gelu: { activation: 'gelu', layers: [4, 6, 5, 3] },
  silu: { activation: 'silu', layers: [4, 6, 5, 3] },
  softplus: { activation: 'softplus' },
  'he weights': { initializer: 'he' },
  'lecun weights': { initializer: 'lecun', activation: 'relu' },
  'orthogonal weights': { initializer: 'orthogonal', activation: 'relu', layers: [4, 6, 9, 3] },
  // Not with Adam: a bias below batch norm has no slope but rounding, of which Adam makes whole steps.
  'batch norm': { normalization: 'batch', layers: [4, 6, 5, 3], optimizer: 'sgd' },
  'batch norm, a last batch of one row': { normalization: 'batch', batchSize: 12, optimizer: 'sgd' },
  'layer norm': { normalization: 'layer', layers: [4, 6, 5, 3] },
  dropout: { dropout: 0.3, layers: [4, 6, 5, 3] },
  skips: { residual: true, layers: [4, 6, 6, 6, 3] },
  'skips where they fit': { residual: true, activation: 'gelu', layers: [4, 4, 4, 7, 7, 3] },
  'batch norm, dropout, skips, silu, average': {
    normalization: 'batch',
    dropout: 0.25,
    residual: true,
    optimizer: 'sgd',
    activation: 'silu',
    layers: [4, 6, 6, 3],
    averaging: 0.9,
  },
  'layer norm, dropout, skips, decay': {
    normalization: 'layer',
    dropout: 0.25,
    residual: true,
    layers: [4, 6, 6, 3],
    weightDecay: 0.5,
  },
  'smoothed labels': { labelSmoothing: 0.2 },
  'each class against the rest, smoothed': { loss: 'binaryCrossEntropy', labelSmoothing: 0.1 },
  'absolute error': { layers: [4, 6, 2], loss: 'meanAbsoluteError' },
  huber: { layers: [4, 6, 1], loss: 'huber', huberDelta: 0.5 },
  'no hidden layer': { layers: [4, 3] },
  'three hidden layers': { layers: [4, 9, 2, 17, 3] },
  relu: { activation: 'relu' },
  sigmoid: { activation: 'sigmoid' },
  identity: { activation: 'identity' },
  'sgd with momentum': { optimizer: 'sgd' },
  'plain gradient descent': { optimizer: 'sgd', momentum: 0 },
  'step schedule': { schedule: 'step' },
  'cosine schedule': { schedule: 'cosine' },
  nesterov: { optimizer: 'nesterov' },
  adagrad: { optimizer: 'adagrad' },
  rmsprop: { optimizer: 'rmsprop' },
  nadam: { optimizer: 'nadam' },
  amsgrad: { optimizer: 'amsgrad' },
  lion: { optimizer: 'lion' },
  AdamW: { weightDecay: 0.5 },
  'l1 and l2, clipped by norm': { optimizer: 'sgd', l1: 0.01, l2: 0.1, clipNorm: 0.2, learningRate: 0.1 },
  'clipped by value': { optimizer: 'nesterov', clipValue: 0.01, learningRate: 0.1 },
  'lion, one cycle, warm-up, decay, average': {
    optimizer: 'lion',
    schedule: 'oneCycle',
    warmupEpochs: 3,
    weightDecay: 0.1,
    averaging: 0.9,
    scheduleEpochs: 6,
  },
  averaging: { averaging: 0.99 },
  'warm-up before a cosine': { schedule: 'cosine', warmupEpochs: 2 },
  'warm-up beyond the end': { warmupEpochs: 9 },
  'exponential schedule': { schedule: 'exponential', finalFactor: 0.05 },
  'polynomial schedule': { schedule: 'polynomial', polynomialPower: 1.5 },
  'cosine with restarts': { schedule: 'cosineRestarts', restartEpochs: 2, restartFactor: 2, epochs: 8 },
  'cosine, every step, after a warm-up': { schedule: 'cosine', scheduleEvery: 'step', warmupEpochs: 1 },
  'exponential, every step': { schedule: 'exponential', finalFactor: 0.05, scheduleEvery: 'step' },
  'polynomial, every step': { schedule: 'polynomial', polynomialPower: 1.5, scheduleEvery: 'step' },
  'restarts, every step': { schedule: 'cosineRestarts', restartEpochs: 2, scheduleEvery: 'step', epochs: 8 },
  'drops, every step': { schedule: 'step', scheduleEvery: 'step' },
  'one cycle': { schedule: 'oneCycle' },
  'a plateau': { schedule: 'plateau', plateauEpochs: 1, epochs: 20, scheduleEpochs: 20, learningRate: 0.1 },
  'batches of 1': { batchSize: 1 },
  'a batch larger than the data': { batchSize: 1000 },
  'early stopping': { epochs: 60, scheduleEpochs: 60, patience: 2, learningRate: 0.1 },
  'one class': { layers: [4, 5, 1] },
  'squared error': { layers: [4, 6, 1], loss: 'meanSquaredError' },
  'squared error of two outputs': { layers: [4, 6, 2], loss: 'meanSquaredError' },
}

describe.each(Object.entries(VARIANTS))('the native engine is the reference: %s', (_name, variant) => {
  const options = { ...base, ...variant }
  const training = someRows(options, 13, 1)
  const validation = someRows(options, 9, 2)

  it.each(KERNELS)('%s kernels', async (kernels) => {
    const reports: EpochReport[] = []
    const expectedReports: EpochReport[] = []

    const [fitted, judged] = [toNative(training), toNative(validation)]
    const actual = await trainNetwork(
      { ...options, kernels },
      fitted,
      judged,
      (report) => reports.push(report),
      signal,
    )
    const expected = trainReference(options, training, validation, (report) => expectedReports.push(report))

    expect(actual.bestEpoch).toBe(expected.bestEpoch)
    expect(reports.map(({ epoch }) => epoch)).toEqual(expectedReports.map(({ epoch }) => epoch))
    // A few dozen steps in float32.
    expect(worst(actual.weights, expected.weights)).toBeLessThan(2e-5)
    expect(worst(reports.flatMap(numbersOf), expectedReports.flatMap(numbersOf))).toBeLessThan(2e-5)
    const {
      logLoss: _logLoss,
      rocAuc: _rocAuc,
      ...scores
    } = await evaluateNetwork(options, actual.weights, judged, signal)
    const expectedScores = evaluateReference(options, actual.weights, validation)
    expect(Object.keys(scores)).toEqual(Object.keys(expectedScores))
    expect(worst(Object.values(scores), Object.values(expectedScores))).toBeLessThan(1e-5)
  })
})

describe.each<[string, Partial<TrainOptions>, Partial<ReferenceRows>]>([
  ['weighted rows', {}, { weights: Array.from({ length: 13 }, (_, i) => 0.25 + (i % 4)) }],
  [
    'several labels a row',
    { loss: 'binaryCrossEntropy' },
    { targets: Array.from({ length: 13 }, (_, i) => [i % 2, Number(i % 3 === 0), Number(i > 6)]) },
  ],
])('the native engine is the reference: %s', (_name, variant, change) => {
  const options = { ...base, ...variant }
  const rows = { ...someRows(options, 13, 1), ...change }

  it.each(KERNELS)('%s kernels', async (kernels) => {
    const actual = await trainNetwork({ ...options, kernels }, toNative(rows), undefined, () => {}, signal)
    const expected = trainReference(options, rows, undefined)

    expect(worst(actual.weights, expected.weights)).toBeLessThan(2e-5)
    expect(worst([actual.trainingLoss], [expected.trainingLoss])).toBeLessThan(1e-5)
  })
})

/** Largest difference, over the largest magnitude. */
function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual).toHaveLength(expected.length)
  const size = Math.max(...Array.from(expected, Math.abs), 1e-3)
  return Math.max(...Array.from(actual, (value, i) => Math.abs(value - expected[i]!))) / size
}

function numbersOf({ trainingLoss, validation }: EpochReport): number[] {
  return [trainingLoss, ...Object.values(validation!)]
}

function toReference(
  { layers, loss }: Pick<TrainOptions, 'layers' | 'loss'>,
  features: readonly number[],
  targets: Trace['targets'],
): ReferenceRows {
  const [columns, outputs] = [layers[0]!, layers.at(-1)!]
  return {
    features: chunks(features, columns),
    targets: hasLabels(loss) ? targets : chunks(targets.flat(), outputs),
  }
}

function hasLabels(loss: TrainOptions['loss']): boolean {
  return loss === 'crossEntropy' || loss === 'binaryCrossEntropy'
}

function toNative({ features, targets, weights }: ReferenceRows): Rows {
  const isLabels = typeof targets[0] === 'number'
  const flat = targets.flat()
  const outputs = isLabels ? Math.max(...flat) + 1 : flat.length / targets.length
  return createRows(
    Float32Array.from(features.flat()),
    isLabels ? Int32Array.from(flat) : Float32Array.from(flat),
    features[0]!.length,
    outputs,
    weights && Float32Array.from(weights),
  )
}

/** Numbers that look random and are multiples of 1/64, so exact in float32. Every class occurs. */
function someRows(options: TrainOptions, rows: number, salt: number): ReferenceRows {
  const [columns, outputs] = [options.layers[0]!, options.layers.at(-1)!]
  const noise = (i: number) => (((i * 7919 + salt * 104_729) % 251) - 125) / 64
  const features = Array.from({ length: rows * columns }, (_, i) => noise(i))
  const targets = hasLabels(options.loss)
    ? Array.from({ length: rows }, (_, i) => (i * 5 + salt) % outputs)
    : Array.from({ length: rows * outputs }, (_, i) => noise(i * 3 + 1))
  return toReference(options, features, targets)
}

function chunks(values: readonly number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size))
}
