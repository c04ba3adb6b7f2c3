import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { packagePath } from '../../../../src/package-path.ts'
import {
  createRows,
  type TrainOptions,
  trainNetwork,
} from '../../../../src/trainers/mlp/engine/native-engine.ts'

const never = new AbortController().signal
const features = Float32Array.from({ length: 37 * 4 }, (_, i) => (((i * 7919) % 251) - 125) / 64)
const labels = Int32Array.from({ length: 37 }, (_, i) => (i * 5) % 3)
const options: TrainOptions = {
  layers: [4, 6, 6, 3],
  activation: 'relu',
  loss: 'crossEntropy',
  normalization: 'batch',
  dropout: 0.2,
  residual: true,
  epochs: 50,
  scheduleEpochs: 50,
  batchSize: 8,
  optimizer: 'adam',
  learningRate: 0.01,
  momentum: 0.9,
  schedule: 'cosine',
  stepEpochs: 1,
  stepFactor: 1,
  averaging: 0.9,
  patience: 0,
  seed: 2 ** 40 + 1,
}
const OPTIMIZERS = ['sgd', 'nesterov', 'adagrad', 'rmsprop', 'adam', 'nadam', 'amsgrad', 'lion'] as const
const KERNELS = ['reference', 'avx2', 'avx512', 'neon'] as const

const rows = () => createRows(features, labels, 4, 3)
const train = (change: Partial<TrainOptions>) =>
  trainNetwork({ ...options, ...change }, rows(), rows(), () => {}, never)

const folder = mkdtempSync(join(tmpdir(), 'hone-checkpoint-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Goes on in another process, with nothing but the addon and the files. */
function resumeElsewhere(names: readonly string[]): Record<string, string> {
  const source = `
    const { readFileSync } = require('node:fs')
    const { Rows, train } = require(${JSON.stringify(packagePath('native/build/hone.node'))})
    const rows = new Rows(Float32Array.from(${JSON.stringify([...features])}), Int32Array.from(${JSON.stringify([...labels])}), 4, 3)
    const hex = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex')
    Promise.all(${JSON.stringify(names)}.map(async (name) => {
      const options = JSON.parse(readFileSync(${JSON.stringify(folder)} + '/' + name + '.json', 'utf8'))
      const checkpoint = new Uint8Array(readFileSync(${JSON.stringify(folder)} + '/' + name))
      const { weights, checkpoint: last } = await train({ ...options, checkpoint }, rows, rows, () => {}).done
      return [name, hex(weights) + hex(last)]
    })).then((all) => process.stdout.write(JSON.stringify(Object.fromEntries(all))))`
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', source], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

const hex = (array: Float32Array | Uint8Array) =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex')

describe.each(KERNELS)('a checkpoint, %s kernels', (kernels) => {
  it('goes on in another process to the bytes of a training that never stopped, with every optimizer', async () => {
    const expected: Record<string, string> = {}
    for (const optimizer of OPTIMIZERS) {
      const change = { optimizer, kernels, keepCheckpoint: true }
      const whole = await train(change)
      const { checkpoint } = await train({ ...change, epochs: 20 })
      writeFileSync(join(folder, optimizer), checkpoint!)
      writeFileSync(join(folder, `${optimizer}.json`), JSON.stringify({ ...options, ...change }))
      expected[optimizer] = hex(whole.weights) + hex(whole.checkpoint!)
    }

    expect(resumeElsewhere(OPTIMIZERS)).toEqual(expected)
  })
})

describe('a checkpoint', () => {
  it('tells the same reports after it as without it', async () => {
    const tell = async (change: Partial<TrainOptions>) => {
      const reports: unknown[] = []
      await trainNetwork({ ...options, ...change }, rows(), rows(), (report) => reports.push(report), never)
      return reports
    }
    const { checkpoint } = await train({ epochs: 20, keepCheckpoint: true })

    expect(await tell({ checkpoint: checkpoint! })).toEqual((await tell({})).slice(20))
  })

  it.each<[string, (good: Uint8Array) => Partial<TrainOptions>, RegExp]>([
    ['of another training', (checkpoint) => ({ checkpoint, learningRate: 0.02 }), /of another training/],
    ['that was cut off', (good) => ({ checkpoint: good.slice(0, -1) }), /damaged/],
    ['that is none', () => ({ checkpoint: Uint8Array.of(1, 2, 3) }), /no checkpoint/],
    ['of no bytes', () => ({ checkpoint: new Uint8Array() }), /must not be empty/],
  ])('%s is refused', async (_name, change, message) => {
    const { checkpoint } = await train({ epochs: 2, keepCheckpoint: true })

    await expect(train(change(checkpoint!))).rejects.toThrow(message)
  })
})
