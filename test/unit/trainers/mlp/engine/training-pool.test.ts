import { describe, expect, it } from 'vitest'
import {
  engine,
  type NativeEngine,
  type NativeEpoch,
  type NativeTask,
  type NativeTrained,
  type TrainOptions,
} from '../../../../../src/trainers/mlp/engine/native-addon.ts'
import { createRows } from '../../../../../src/trainers/mlp/engine/native-engine.ts'
import { TrainingPool } from '../../../../../src/trainers/mlp/engine/training-pool.ts'

const { handle: rows } = createRows(
  Float32Array.of(-1, -1, -1, 1, 1, -1, 1, 1),
  Int32Array.of(0, 1, 1, 0),
  2,
  2,
)
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
/** Work for minutes, unless it is ended; too large for a lane. */
const endless: Partial<TrainOptions> = { layers: [2, 256, 256, 2], epochs: 10_000_000 }

function task(changes: Partial<TrainOptions> = {}): NativeTask {
  return { options: { ...options, ...changes }, fitted: rows, judged: rows }
}

const several = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32].map((learningRate, seed) => task({ learningRate, seed }))
const nobody = () => {}

/** A pool of one thread that another training has until `free`, and the sizes of the batches it makes. */
function busyPool() {
  const batches: number[] = []
  const watched: NativeEngine = {
    ...engine(),
    trainTogether(tasks, listener) {
      batches.push(tasks.length)
      return engine().trainTogether(tasks, listener)
    },
  }
  const pool = new TrainingPool(() => watched)
  const rooms: number[] = []
  pool.limit(1, (trainings) => rooms.push(trainings))
  const blocker = pool.start(task(endless), nobody, false)
  return { pool, batches, rooms, free: () => blocker.cancel() }
}

async function alone({ options, fitted, judged }: NativeTask) {
  const epochs: NativeEpoch[] = []
  const trained = await engine().train(options, fitted, judged, (epoch) => epochs.push(epoch)).done
  return { epochs, trained }
}

/** Without what the clock says. */
function untimed({ trainingSeconds: _, judgingSeconds: __, ...trained }: NativeTrained) {
  return trained
}

describe('trainings that wait for a thread', () => {
  it('go side by side where they have one shape, each with the epochs and the result that it has alone', async () => {
    const { pool, batches, free } = busyPool()
    const told = several.map((): NativeEpoch[] => [])
    const jobs = several.map((one, i) => pool.start(one, (epoch) => told[i]!.push(epoch), false))

    free()
    const results = await Promise.all(jobs.map(({ done }) => done))

    expect(batches).toEqual([6])
    for (const [i, one] of several.entries()) {
      const expected = await alone(one)
      expect(told[i]).toEqual(expected.epochs)
      expect(untimed(results[i]!)).toEqual(untimed(expected.trained))
    }
  })

  it('are cancelled one by one, waiting or under way, and leave the others as they are', async () => {
    const { pool, batches, free } = busyPool()
    const waiting = pool.start(several[0]!, nobody, false)
    const jobs = several.map((one, i) =>
      pool.start(
        i === 2 ? task({ epochs: 10_000_000 }) : one,
        ({ epoch }) => i === 2 && epoch === 3 && jobs[2]!.cancel(),
        false,
      ),
    )
    const refused = expect(waiting.done).rejects.toThrow('cancelled before it began')

    waiting.cancel()
    await refused
    free()
    const results = await Promise.all(jobs.map(({ done }) => done))

    expect(batches).toEqual([6])
    expect(results[2]).toMatchObject({ cancelled: true })
    for (const i of [0, 1, 3, 4, 5]) {
      expect(untimed(results[i]!)).toEqual(untimed((await alone(several[i]!)).trained))
    }
  })

  it('pause one by one, waiting or under way, and go on to the result that they have without', async () => {
    const { pool, batches, free } = busyPool()
    const long = several.map(({ options: { learningRate, seed } }) =>
      task({ learningRate, seed, epochs: 3000 }),
    )
    const waiting = pool.start(long[0]!, nobody, false)
    const jobs = long.map((one, i) =>
      pool.start(one, ({ epoch }) => i === 2 && epoch === 3 && jobs[2]!.pause(), false),
    )

    waiting.pause()
    const early = await waiting.done
    free()
    const late = (await Promise.all(jobs.map(({ done }) => done)))[2]!

    expect(batches).toEqual([6])
    for (const [paused, of] of [
      [early, long[0]!],
      [late, long[2]!],
    ] as const) {
      expect(paused).toMatchObject({ paused: true, checkpoint: expect.any(Uint8Array) })
      const { checkpoint } = paused
      const rest = await alone({ ...of, options: { ...of.options, checkpoint: checkpoint! } })
      expect(rest.trained.weights).toEqual((await alone(of)).trained.weights)
    }
  })

  it('go alone where they have no company of their shape, or ask to', async () => {
    const { pool, batches, free } = busyPool()
    const jobs = [
      ...several.map((one) => pool.start(one, nobody, true)),
      pool.start(task({ layers: [2, 4, 2] }), nobody, false),
      pool.start(task({ batchSize: 4 }), nobody, false),
    ]

    free()
    await Promise.all(jobs.map(({ done }) => done))

    expect(batches).toEqual([])
  })

  it('fail alone: what is wrong with one is told of that one', async () => {
    const { pool, batches, free } = busyPool()
    const checkpoint = Uint8Array.of(1, 2, 3)
    const broken = pool.start(task({ checkpoint }), nobody, false)
    const refused = expect(broken.done).rejects.toThrow('checkpoint')
    const jobs = several.map((one) => pool.start(one, nobody, false))
    const invalid = expect(pool.start(task({ batchSize: 0 }), nobody, false).done).rejects.toThrow(
      'batchSize',
    )

    free()
    await Promise.all([refused, invalid, ...jobs.map(({ done }) => done)])

    expect(batches).toEqual([7])
  })

  it('are worth taking in numbers only while all of them are small', async () => {
    const { pool, rooms, free } = busyPool()
    free()
    const jobs = several.map((one) => pool.start(one, nobody, false))
    await Promise.all(jobs.map(({ done }) => done))
    expect(rooms).toEqual([16])

    await pool.start(task({ ...endless, epochs: 1 }), nobody, false).done
    await pool.start(several[0]!, nobody, false).done
    expect(rooms).toEqual([16, 1, 16])
  })
})
