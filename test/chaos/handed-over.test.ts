import { describe, expect, it, onTestFinished } from 'vitest'
import { algebraNamed } from '../../src/algebra/best-algebra.ts'
import { loadConfig } from '../../src/config.ts'
import type { StudyId } from '../../src/domain/ids.ts'
import { startStack } from '../../src/launcher/stack.ts'
import { createClient } from '../../src/quickstart/client.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { studyKeys } from '../../src/redis/keys.ts'
import { verifyStudy } from '../../src/services/verify/verify-study.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { temporaryFolder } from '../support/launched.ts'
import { storeOf } from '../support/store-of.ts'

const EPOCHS = 600
/** One training of a second or more, whose state is more than its weights: moments, dropout, an average. */
const STUDY = {
  seed: 5,
  searchSpace: { parameters: [{ name: 'learningRate', type: 'float', min: 1e-4, max: 1e-3, scale: 'log' }] },
  trainer: {
    kind: 'mlp',
    dataset: 'digits',
    settings: { epochs: EPOCHS, patience: 0, hiddenLayers: 2, hiddenUnits: 64, dropout: 0.1 },
  },
  limits: { trials: 1 },
}

async function startService() {
  const dataDir = temporaryFolder()
  const config = loadConfig({ HONE_DATA_DIR: dataDir, HONE_PORT: '0', HONE_LOG_LEVEL: 'silent' })
  const stack = await startStack(config, { logger: createLogger('launcher', 'silent'), output: 1 })
  const redis = connectRedis(`unix:${dataDir}/redis.sock`)
  onTestFinished(async () => {
    redis.disconnect()
    await stack.stop()
  })
  const store = storeOf(redis)
  const client = createClient(stack.url, new AbortController().signal)
  const stopWorker = () => process.kill(stack.pids()['trial-worker']!, 'SIGTERM')
  const untilCompleted = (id: string) =>
    expect
      .poll(async () => (await client.getStudy(id)).state, { timeout: 120_000, interval: 50 })
      .toBe('completed')
  const move = async (id: string, verb: 'pause' | 'resume') => {
    const answer = await fetch(`${stack.url}/v1/studies/${id}:${verb}`, { method: 'POST' })
    expect(answer.status).toBe(200)
  }
  const untilStep = (id: string, step: number) => {
    const reached = async () =>
      (await store.getTrial(id as StudyId, 0).catch(() => undefined))?.curve?.at(-1)?.step ?? 0
    return expect.poll(reached, { timeout: 60_000, interval: 2 }).toBeGreaterThan(step)
  }
  return { redis, store, client, stopWorker, untilCompleted, untilStep, move }
}

describe('SIGTERM of a trial worker in mid-training', () => {
  it('hands the training over: the next one goes on from its last epoch, to the very result', async () => {
    const { redis, store, client, stopWorker, untilCompleted, untilStep } = await startService()
    const undisturbed = (await client.createStudy(STUDY)).id
    await untilCompleted(undisturbed)

    const id = (await client.createStudy(STUDY)).id
    for (const share of [0.1, 0.4]) {
      await untilStep(id, share * EPOCHS)
      stopWorker()
    }
    await untilCompleted(id)

    const [expected, trial] = await Promise.all([store.getTrial(undisturbed, 0), store.getTrial(id, 0)])
    expect(trial.metrics).toEqual(expected.metrics)
    expect(trial.curve).toEqual(expected.curve)
    expect(trial.curve).toHaveLength(EPOCHS)
    const journal = await store.readJournal(id)
    const resumed = journal.flatMap((event) =>
      event.type === 'trial-started' ? [event.resumedFrom ?? 0] : [],
    )
    expect(resumed).toHaveLength(3)
    expect(resumed[1]).toBeGreaterThan(0)
    expect(resumed[2]).toBeGreaterThan(resumed[1]!)
    expect({ attempt: trial.attempt, crashes: trial.crashes }).toEqual({ attempt: 3, crashes: 0 })
    expect(await redis.exists(studyKeys('hone', id).checkpoints)).toBe(0)
    expect(await verifyStudy(store, id, algebraNamed)).not.toHaveProperty('difference')
  })
})

describe('the pause of a study in mid-training', () => {
  it('keeps where the training is: it goes on from there when the study does, to the very result', async () => {
    const { redis, store, client, untilCompleted, untilStep, move } = await startService()
    const undisturbed = (await client.createStudy(STUDY)).id
    await untilCompleted(undisturbed)

    const id = (await client.createStudy(STUDY)).id
    await untilStep(id, 0.2 * EPOCHS)
    await move(id, 'pause')
    const state = async () => (await store.getTrial(id, 0)).state
    await expect.poll(state, { timeout: 30_000, interval: 20 }).toBe('queued')
    const kept = await redis.hexists(studyKeys('hone', id).checkpoints, '0')
    const { curve: paused } = await store.getTrial(id, 0)
    await move(id, 'resume')
    await untilCompleted(id)

    const [expected, trial] = await Promise.all([store.getTrial(undisturbed, 0), store.getTrial(id, 0)])
    expect(kept).toBe(1)
    expect(paused!.length).toBeLessThan(EPOCHS)
    expect(trial.metrics).toEqual(expected.metrics)
    expect(trial.curve).toEqual(expected.curve)
    const starts = (await store.readJournal(id)).filter(({ type }) => type === 'trial-started')
    expect(starts).toMatchObject([{ attempt: 1 }, { attempt: 2, resumedFrom: paused!.length, crashes: 0 }])
    expect(await verifyStudy(store, id, algebraNamed)).not.toHaveProperty('difference')
  })
})
