import { once } from 'node:events'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { applyEvent } from '../../src/domain/apply-event.ts'
import type { StudyEvent } from '../../src/domain/events.ts'
import type { StudyId } from '../../src/domain/ids.ts'
import type { StudySnapshot } from '../../src/domain/study-snapshot.ts'
import type { StudyView } from '../../src/http/schemas/study.ts'
import { startStack } from '../../src/launcher/stack.ts'
import { type Client, createClient } from '../../src/quickstart/client.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { temporaryFolder } from '../support/launched.ts'
import { storeOf } from '../support/store-of.ts'

const TRIALS = 12
const NUMBERS = Array.from({ length: TRIALS }, (_, number) => number)
const EPOCHS = 60
/** Trials of some tenths of a second each, two at a time, none of which can diverge. */
const STUDY = {
  seed: 5,
  searchSpace: { parameters: [{ name: 'learningRate', type: 'float', min: 1e-4, max: 1e-3, scale: 'log' }] },
  trainer: {
    kind: 'mlp',
    dataset: 'digits',
    settings: { epochs: EPOCHS, patience: 0, hiddenLayers: 2, hiddenUnits: 128 },
  },
  limits: { trials: TRIALS, parallel: 2 },
}

/** A service of the test's own, where what a dead worker held is noticed within a second or two. */
async function startService(threads: number) {
  const dataDir = temporaryFolder()
  const quick = { HONE_LOCK_MS: '1000', HONE_RECONCILE_MS: '200', HONE_TRIAL_CONCURRENCY: String(threads) }
  const config = loadConfig({ HONE_DATA_DIR: dataDir, HONE_PORT: '0', HONE_LOG_LEVEL: 'silent', ...quick })
  const stack = await startStack(config, { logger: createLogger('launcher', 'silent'), output: 1 })
  onTestFinished(() => stack.stop())
  const client = createClient(stack.url, new AbortController().signal)
  const kill = (name: string) => process.kill(stack.pids()[name]!, 'SIGKILL')
  return { client, kill, journal: (id: string) => readJournal(`unix:${dataDir}/redis.sock`, id) }
}

async function readJournal(redisUrl: string, id: string): Promise<StudyEvent[]> {
  const redis = connectRedis(redisUrl)
  await once(redis, 'ready')
  const store = storeOf(redis)
  return store.readJournal(id as StudyId).finally(() => redis.disconnect())
}

function numbersOf(journal: readonly StudyEvent[], type: 'trial-proposed' | 'trial-finished'): number[] {
  return journal.flatMap((event) => (event.type === type ? [event.number] : []))
}

/** Some trials are done, and one in training has most of its epochs before it: what is killed now is felt. */
async function isInTheMiddle(client: Client, id: string): Promise<boolean> {
  const { trials }: StudyView = await client.getStudy(id)
  if (trials.completed < 3 || trials.running === 0) return false
  const newest = trials.completed + trials.running + trials.queued - 1
  const { state, curve } = await client.getTrial(id, newest)
  return state === 'running' && (curve?.step?.length ?? 0) <= EPOCHS / 4
}

/** Kills in the middle of a study's trials, waits for its end, and gives its journal. */
async function killInTheMiddle(names: readonly string[]) {
  const { client, kill, journal } = await startService(2)
  const { id } = await client.createStudy(STUDY)
  await expect.poll(async () => isInTheMiddle(client, id), { timeout: 60_000, interval: 20 }).toBe(true)

  for (const name of names) kill(name)

  await expect.poll(async () => (await client.getStudy(id)).state, { timeout: 120_000 }).toBe('completed')
  return {
    study: await client.getStudy(id),
    completed: await client.listCompleted(id),
    events: await journal(id),
  }
}

describe.each([
  ['the trial worker', ['trial-worker']],
  ['the proposal worker', ['proposal-worker']],
  ['the API', ['api']],
  ['Redis', ['redis']],
  ['everything at once', ['trial-worker', 'proposal-worker', 'api', 'redis']],
])('kill -9 of %s in the middle of a study', (_, names) => {
  it('loses no trial and doubles none', async () => {
    const { study, completed, events } = await killInTheMiddle(names)

    expect(study.trials).toEqual({
      queued: 0,
      running: 0,
      paused: 0,
      completed: TRIALS,
      pruned: 0,
      failed: 0,
      infeasible: 0,
      canceled: 0,
    })
    expect(completed.map((trial) => trial.number)).toEqual(NUMBERS)
    expect(numbersOf(events, 'trial-proposed')).toEqual(NUMBERS)
    expect(numbersOf(events, 'trial-finished').toSorted((a, b) => a - b)).toEqual(NUMBERS)
    const folded = events.reduce<StudySnapshot | undefined>(applyEvent, undefined)
    expect(folded?.study.state).toBe('completed')
    // The kill was felt: what the worker had at hand was begun again.
    if (names.includes('trial-worker')) expect(Math.max(...completed.map((trial) => trial.attempt))).toBe(2)
  })
})

/** Small networks, so that all that wait for the one thread share it, for some seconds. */
const SMALL = {
  seed: 6,
  sampler: { kind: 'random' },
  searchSpace: { parameters: [{ name: 'learningRate', type: 'float', min: 1e-4, max: 1e-3, scale: 'log' }] },
  trainer: {
    kind: 'mlp',
    dataset: 'digits',
    settings: { epochs: 1000, patience: 0, hiddenWidths: [32], batchSize: 32 },
  },
  limits: { trials: TRIALS, parallel: TRIALS },
}

/** Trials that have told of an epoch and train on; of those that have one thread together, all but one are in a batch. */
async function underWay(client: Client, id: string): Promise<number[]> {
  const trials = await Promise.all(
    NUMBERS.map((number) => client.getTrial(id, number).catch(() => undefined)),
  )
  return trials.flatMap((trial) =>
    trial?.state === 'running' && (trial.curve?.step?.length ?? 0) > 0 ? [trial.number] : [],
  )
}

describe('kill -9 of the trial worker in the middle of a batch of trials side by side', () => {
  it('has each of them trained once more, and finished once', async () => {
    const { client, kill, journal } = await startService(1)
    const { id } = await client.createStudy(SMALL)
    const seen = await vi.waitUntil(
      async () => {
        const numbers = await underWay(client, id)
        return numbers.length >= 4 && numbers
      },
      { timeout: 60_000, interval: 20 },
    )

    kill('trial-worker')
    const ended = numbersOf(await journal(id), 'trial-finished')

    await expect.poll(async () => (await client.getStudy(id)).state, { timeout: 120_000 }).toBe('completed')
    const completed = await client.listCompleted(id)
    expect(completed.map(({ number }) => number)).toEqual(NUMBERS)
    // The one that came first trains by itself, and may have come to its end since it was seen.
    const killed = seen.filter((number) => !ended.includes(number))
    expect(killed.length).toBeGreaterThanOrEqual(3)
    expect(completed.filter(({ attempt }) => attempt === 2).map(({ number }) => number)).toEqual(
      expect.arrayContaining(killed),
    )
    expect(Math.max(...completed.map(({ attempt }) => attempt))).toBe(2)
    const finished = numbersOf(await journal(id), 'trial-finished')
    expect(finished.toSorted((a, b) => a - b)).toEqual(NUMBERS)
  })
})
