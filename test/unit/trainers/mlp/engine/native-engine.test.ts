import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { packagePath } from '../../../../../src/package-path.ts'
import {
  createRows,
  evaluateNetwork,
  type Rows,
  TrainingDiverged,
  type TrainOptions,
  trainNetwork,
} from '../../../../../src/trainers/mlp/engine/native-engine.ts'

const never = new AbortController().signal
const options: TrainOptions = {
  layers: [2, 8, 2],
  activation: 'tanh',
  loss: 'crossEntropy',
  epochs: 20,
  scheduleEpochs: 20,
  batchSize: 2,
  optimizer: 'adam',
  learningRate: 0.05,
  momentum: 0,
  schedule: 'constant',
  stepEpochs: 1,
  stepFactor: 1,
  patience: 0,
  seed: 1,
}
const corners = () => createRows(Float32Array.of(-1, -1, -1, 1, 1, -1, 1, 1), Int32Array.of(0, 1, 1, 0), 2, 2)
/** Work for minutes, unless it is ended. */
const endless: TrainOptions = { ...options, layers: [2, 256, 256, 2], epochs: 10_000_000 }

describe('trainNetwork', () => {
  it('reports every epoch, in order, before it resolves', async () => {
    const epochs: number[] = []

    await trainNetwork(options, corners(), corners(), ({ epoch }) => epochs.push(epoch), never)

    expect(epochs).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })

  it('gives the same weights for the same seed and others for another', async () => {
    const weights = async (seed: number) =>
      (await trainNetwork({ ...options, seed }, corners(), undefined, () => {}, never)).weights

    expect(await weights(7)).toEqual(await weights(7))
    expect(await weights(7)).not.toEqual(await weights(8))
    // Beyond 32 bits the seed still counts.
    expect(await weights(2 ** 40)).not.toEqual(await weights(0))
  })

  it('throws the reason of a signal that aborts meanwhile', async () => {
    const stop = new AbortController()
    const training = trainNetwork(endless, corners(), corners(), () => stop.abort('enough'), stop.signal)

    await expect(training).rejects.toBe('enough')
  })

  it('takes the least of all times for a time limit, not for none', async () => {
    const timed = { ...options, timeLimitSeconds: Number.MIN_VALUE }

    const training = trainNetwork(timed, corners(), corners(), () => {}, never)

    await expect(training).rejects.toThrow(/No epoch ended/)
  })

  it('throws the reason of a signal that has aborted before', async () => {
    const reports: unknown[] = []
    const training = trainNetwork(
      endless,
      corners(),
      corners(),
      (report) => reports.push(report),
      AbortSignal.abort('no'),
    )

    await expect(training).rejects.toBe('no')
    expect(reports).toEqual([])
  })

  it('keeps the event loop free while it trains', async () => {
    const stop = new AbortController()
    const training = trainNetwork(endless, corners(), undefined, () => {}, stop.signal)

    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
    stop.abort('enough')

    await expect(training).rejects.toBe('enough')
  })

  it('leaves libuv its pool: files are read while more than four trainings run', async () => {
    const stop = new AbortController()
    const trainings = Array.from({ length: 6 }, () =>
      trainNetwork(endless, corners(), undefined, () => {}, stop.signal),
    )

    const { readFile } = await import('node:fs/promises')
    expect(await readFile(packagePath('package.json'), 'utf8')).toContain('hone')
    stop.abort('enough')

    const results = await Promise.allSettled(trainings)
    expect(results.every(({ status }) => status === 'rejected')).toBe(true)
  })

  it('ends the training and throws on, when the listener throws', async () => {
    const broken = new Error('listener broke')
    const training = trainNetwork(
      endless,
      corners(),
      corners(),
      () => {
        throw broken
      },
      never,
    )

    await expect(training).rejects.toBe(broken)
  })

  it('says at which step and learning rate a loss left all bounds', async () => {
    const rows = createRows(Float32Array.of(-1, 1), Float32Array.of(-1, 1), 1, 1)
    const wild: TrainOptions = {
      ...options,
      layers: [1, 4, 1],
      activation: 'identity',
      loss: 'meanSquaredError',
      optimizer: 'sgd',
      learningRate: 10,
      epochs: 100,
    }

    const training = trainNetwork(wild, rows, rows, () => {}, never)

    await expect(training).rejects.toThrow(TrainingDiverged)
    await expect(training).rejects.toThrow(/loss \S+ at step \d+ \(epoch \d+\) with learning rate 10/)
    await expect(training).rejects.toMatchObject({
      divergence: { learningRate: 10, epoch: expect.any(Number) },
    })
  })

  it('gives an r2 of 0, not infinity, where the values to be judged by are all the same', async () => {
    const rows = createRows(Float32Array.of(-1, 1), Float32Array.of(3, 3), 1, 1)
    const shape: TrainOptions = { ...options, layers: [1, 2, 1], loss: 'meanSquaredError', epochs: 1 }

    const { validation } = await trainNetwork(shape, rows, rows, () => {}, never)

    expect(validation!.r2).toBe(0)
  })
})

describe('a network whose outputs are all far below 0', () => {
  it('is judged like any other', async () => {
    const rows = createRows(Float32Array.of(-1, 0, 1, 2), Int32Array.of(0, 1, 2, 1), 1, 3)
    const settings: TrainOptions = {
      ...options,
      layers: [1, 3],
      loss: 'binaryCrossEntropy',
      epochs: 1,
      learningRate: 1e-8,
      allScores: true,
      initialWeights: Float32Array.of(0, 0, 0, -2000, -2001, -2002),
    }

    const { validation } = await trainNetwork(settings, rows, rows, () => {}, never)

    expect(validation!.rocAuc).toBe(0.5)
    // Shares of 1 : 1/e : 1/e², of classes 0, 1, 1 and 2.
    expect(validation!.logLoss).toBeCloseTo(1 + Math.log(1 + Math.exp(-1) + Math.exp(-2)), 3)
  })

  it('has no order where they are infinite, and comes to an end', async () => {
    const rows = createRows(Float32Array.of(-1, 1), Int32Array.of(0, 1), 1, 2)
    const settings: TrainOptions = { ...options, layers: [1, 2], loss: 'binaryCrossEntropy', allScores: true }
    const weights = Float32Array.of(0, 0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY)

    const { rocAuc } = await evaluateNetwork(settings, weights, rows, never)

    expect(rocAuc).toBeUndefined()
  })
})

describe('what does not fit is refused, never a crash', () => {
  const train = (change: Partial<TrainOptions>, training: Rows = corners()) =>
    trainNetwork({ ...options, ...change }, training, undefined, () => {}, never)

  it.each<[string, Partial<TrainOptions>, RegExp]>([
    ['inputs that are not the columns', { layers: [3, 2] }, /layers must start with/],
    ['outputs that are not the classes', { layers: [2, 3] }, /layers must start with/],
    ['one layer', { layers: [2] }, /layers must start with/],
    ['a layer of no width', { layers: [2, 0, 2] }, /width must be a whole number/],
    ['the loss of the other task', { loss: 'meanSquaredError' }, /This loss needs values/],
    ['an unknown activation', { activation: 'swish' as 'relu' }, /activation must be one of relu/],
    ['no epochs', { epochs: 0 }, /epochs must be a whole number/],
    ['an empty batch', { batchSize: 0 }, /batchSize must be a whole number/],
    ['a learning rate that is no number', { learningRate: Number.NaN }, /learningRate must be/],
    ['an unknown optimizer', { optimizer: 'adamw' as 'adam' }, /optimizer must be one of sgd, nesterov/],
    ['an unknown schedule', { schedule: 'linear' as 'step' }, /schedule must be one of constant, step/],
    ['a negative decay', { weightDecay: -1 }, /weightDecay must be/],
    ['an average that never moves', { averaging: 1 }, /averaging must be below 1/],
    ['a cycle of no epochs', { restartEpochs: 0 }, /restartEpochs must be a whole number/],
    ['half an epoch of warm-up', { warmupEpochs: 0.5 }, /warmupEpochs must be a whole number/],
    ['too few initial weights', { initialWeights: new Float32Array(3) }, /weights must be 42 numbers/],
    ['an order of other rows', { order: new Int32Array(80).fill(4) }, /order must hold a row number/],
    ['a dropout of everything', { dropout: 1 }, /dropout must be below 1/],
    ['a negative time limit', { timeLimitSeconds: -1 }, /timeLimitSeconds must be/],
    ['an order that is too short', { order: new Int32Array(4) }, /order must hold a row number/],
  ])('%s', async (_name, change, message) => {
    await expect(train(change)).rejects.toThrow(message)
  })

  it('rows of something else', async () => {
    const foreign = { handle: {} } as unknown as Rows

    await expect(train({}, foreign)).rejects.toThrow(/rows must be made with/)
  })

  it('validation rows of another width', async () => {
    const narrow = createRows(Float32Array.of(1, 2), Int32Array.of(0, 1), 1, 2)

    await expect(trainNetwork(options, corners(), narrow, () => {}, never)).rejects.toThrow(/validation rows/)
  })

  it.each<[string, () => unknown, RegExp]>([
    ['no rows', () => createRows(new Float32Array(), new Int32Array(), 2, 2), /no rows/],
    ['half a row', () => createRows(new Float32Array(3), new Int32Array(1), 2, 2), /same number of columns/],
    [
      'a label too many',
      () => createRows(new Float32Array(2), new Int32Array(2), 2, 2),
      /a label for each row/,
    ],
    [
      'a label above the classes',
      () => createRows(new Float32Array(2), Int32Array.of(2), 2, 2),
      /labels must be/,
    ],
    ['a negative label', () => createRows(new Float32Array(2), Int32Array.of(-1), 2, 2), /labels must be/],
    [
      'a value too few',
      () => createRows(new Float32Array(4), new Float32Array(1), 2, 1),
      /a value for each row/,
    ],
    [
      'a feature that is no number',
      () => createRows(Float32Array.of(1, 2, 3, Number.NaN), new Int32Array(2), 2, 2),
      /features must be finite numbers: row 1, column 1 is not/,
    ],
    [
      'an infinite value',
      () => createRows(new Float32Array(2), Float32Array.of(1, Number.POSITIVE_INFINITY), 1, 1),
      /targets must be finite numbers: row 1, column 0/,
    ],
    [
      'a weight too few',
      () => createRows(new Float32Array(2), new Int32Array(2), 1, 2, new Float32Array(1)),
      /weights must hold a number for each row/,
    ],
    [
      'a negative weight',
      () => createRows(new Float32Array(2), new Int32Array(2), 1, 2, Float32Array.of(1, -1)),
      /weights must be at least 0/,
    ],
    [
      'weights of 0 alone',
      () => createRows(new Float32Array(2), new Int32Array(2), 1, 2, new Float32Array(2)),
      /one of them above 0/,
    ],
  ])('%s', (_name, create, message) => {
    expect(create).toThrow(message)
  })

  it('weights of another network', async () => {
    const judging = evaluateNetwork(options, new Float32Array(5), corners(), never)

    await expect(judging).rejects.toThrow(/weights must be/)
  })
})

describe('evaluateNetwork', () => {
  it('throws the reason of a signal that aborts meanwhile, and leaves the rows that are left', async () => {
    const wide: TrainOptions = { ...options, layers: [2, 1024, 1024, 1024, 2], epochs: 1 }
    const { weights } = await trainNetwork(wide, corners(), undefined, () => {}, never)
    // Work for a minute.
    const rows = createRows(new Float32Array(2_000_000), new Int32Array(1_000_000), 2, 2)
    const stop = new AbortController()

    const judging = evaluateNetwork(wide, weights, rows, stop.signal)
    stop.abort('enough')

    await expect(judging).rejects.toBe('enough')
  })
})

describe('what is odd but possible is trained right', () => {
  const trainOn = (rows: Rows, change: Partial<TrainOptions>) =>
    trainNetwork({ ...options, ...change }, rows, rows, () => {}, never)

  it('one row', async () => {
    const one = createRows(Float32Array.of(1, 2), Int32Array.of(1), 2, 2)
    for (const normalization of ['none', 'batch', 'layer'] as const) {
      const { validation } = await trainOn(one, { normalization })
      expect(validation!.accuracy).toBe(1)
      expect(validation!.rocAuc).toBeUndefined()
    }
  })

  it('one class', async () => {
    const rows = createRows(Float32Array.of(1, 2, 3, 4), Int32Array.of(0, 0), 2, 1)

    const { validation } = await trainOn(rows, { layers: [2, 4, 1] })

    expect(validation).toMatchObject({ loss: 0, accuracy: 1, balancedAccuracy: 1, macroF1: 1 })
  })

  it('constant columns, with each normalization', async () => {
    const rows = createRows(Float32Array.of(5, 1, 5, 1, 5, 1), Int32Array.of(0, 1, 1), 2, 2)
    for (const normalization of ['none', 'batch', 'layer'] as const) {
      // Nothing tells the rows apart: the best is what their classes' shares give.
      const { validation } = await trainOn(rows, { normalization, epochs: 300, batchSize: 3 })
      expect(validation!.loss).toBeCloseTo(-(Math.log(1 / 3) + 2 * Math.log(2 / 3)) / 3, 2)
    }
  })

  it('layers of one unit, with layer norm, which leaves nothing of it', async () => {
    const { validation } = await trainOn(corners(), { layers: [2, 1, 1, 2], normalization: 'layer' })

    expect(validation!.accuracy).toBe(0.5)
  })

  it('10,000 columns', async () => {
    const columns = 10_000
    const features = Float32Array.from({ length: 8 * columns }, (_, i) => ((i * 7919) % 251) / 125 - 1)
    const rows = createRows(features, Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1), columns, 2)

    // Small steps: a step of Adam moves a unit by the rate times the sum of all columns.
    const { validation } = await trainOn(rows, { layers: [columns, 16, 2], learningRate: 3e-5, epochs: 60 })

    expect(validation!.accuracy).toBe(1)
  })

  it('a batch larger than the data, with batch norm', async () => {
    const wide = { normalization: 'batch', layers: [2, 16, 2] } as const
    const [exact, larger] = await Promise.all([
      trainOn(corners(), { ...wide, batchSize: 4 }),
      trainOn(corners(), { ...wide, batchSize: 65_536 }),
    ])

    expect(larger.weights).toEqual(exact.weights)
  })
})

describe('a process that ends in the middle of a training', () => {
  it.each([
    ['process.exit', 'process.exit(3)', 3],
    ['an uncaught exception', 'setImmediate(() => { throw new Error("x") })', 1],
  ])('ends with its own code after %s', (_name, end, code) => {
    const source = `
      const { Rows, train } = require(${JSON.stringify(packagePath('native/build/hone.node'))})
      const rows = new Rows(Float32Array.of(-1, 1), Int32Array.of(0, 1), 1, 2)
      const options = ${JSON.stringify({ ...endless, layers: [1, 256, 256, 2] })}
      for (let i = 0; i < 3; i++) train(options, rows, rows, () => {})
      ${end}`

    const { status, signal } = spawnSync(process.execPath, ['-e', source])

    expect({ status, signal }).toEqual({ status: code, signal: null })
  })

  it('ends when its worker thread is terminated', () => {
    const source = `
      const { Worker } = require('node:worker_threads')
      const worker = new Worker(\`
        const { Rows, train } = require(${JSON.stringify(packagePath('native/build/hone.node'))})
        const rows = new Rows(Float32Array.of(-1, 1), Int32Array.of(0, 1), 1, 2)
        train(${JSON.stringify({ ...endless, layers: [1, 256, 256, 2] })}, rows, rows, () => {})
        require('node:worker_threads').parentPort.postMessage('started')\`, { eval: true })
      worker.once('message', () => worker.terminate())
      worker.once('exit', () => { process.exitCode = 4 })`

    const { status, signal } = spawnSync(process.execPath, ['-e', source])

    expect({ status, signal }).toEqual({ status: 4, signal: null })
  })
})

describe('a process that gets no more threads', () => {
  it('is told so by each training that it asks for, and ends by itself', () => {
    const source = `
      const { Rows, train } = require(${JSON.stringify(packagePath('native/build/hone.node'))})
      const rows = new Rows(Float32Array.of(-1, 1), Int32Array.of(0, 1), 1, 2)
      const options = ${JSON.stringify({ ...endless, layers: [1, 4, 2] })}
      require('node:child_process').spawnSync('prlimit', ['--pid', process.pid, '--as=1'])
      for (let i = 0; i < 3; i++) {
        try { train(options, rows, rows, () => {}) } catch ({ message }) { console.log(message) }
      }`

    const { stdout, status } = spawnSync(process.execPath, ['-e', source], { timeout: 20_000 })

    expect(stdout.toString().match(/no thread to be had/g)).toHaveLength(3)
    expect(status).toBe(0)
  })
})
