import { once } from 'node:events'
import { mkdtempSync, openSync, rmSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { loadConfig } from '../../src/config.ts'
import type { StudyId } from '../../src/domain/ids.ts'
import { startStack } from '../../src/launcher/stack.ts'
import { NICENESS, startProcess } from '../../src/launcher/start-process.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { createStudyStore } from '../../src/redis/study-store.ts'
import type { StudyStore } from '../../src/services/ports/study-store.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { cpuSecondsOf } from './load.ts'

/** A service of the bench's own, and a look past its API. */
export interface Service {
  readonly url: string
  readonly redis: Redis
  readonly store: StudyStore
  /** Of the process that answers. */
  apiPid(): number
  /** CPU seconds that each kind of process has used until now. */
  cpuSeconds(): Readonly<Record<string, number>>
  /** By random search. @param trainer a function that costs nothing unless given. */
  createStudy(trials: number, parallel: number, trainer?: object): Promise<StudyId>
  untilCompleted(id: StudyId): Promise<void>
  close(): Promise<void>
}

const CONCURRENCY = 16
const POLL_MS = 20
const FUNCTION = { kind: 'function', name: 'branin' }
// This program may be the one that has no time to listen.
const ANSWER_MS_MAX = 60_000

export async function startService(trialWorkers: number): Promise<Service> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hone-bench-'))
  const settings = { HONE_LOG_LEVEL: 'silent', HONE_TRIAL_CONCURRENCY: String(CONCURRENCY) }
  const config = loadConfig({ HONE_DATA_DIR: dataDir, HONE_PORT: '0', ...settings })
  const output = openSync(devNull, 'w')
  const stack = await startStack(config, { logger: createLogger('bench', 'warn'), output })
  const environment = { ...settings, HONE_DATA_DIR: dataDir, REDIS_URL: `unix:${dataDir}/redis.sock` }
  const worker = {
    name: 'trial-worker',
    entry: 'dist/workers/trial-worker.js',
    shutdownMs: 5000,
    niceness: NICENESS['trial-worker'],
  }
  const others = await Promise.all(
    Array.from({ length: trialWorkers - 1 }, () => startProcess({ ...worker, environment, output })),
  )
  const redis = connectRedis(environment.REDIS_URL, undefined, ANSWER_MS_MAX)
  await once(redis, 'ready')
  const archiveEvents = config.HONE_ARCHIVE_EVENTS
  const store = createStudyStore({
    redis,
    prefix: 'hone',
    clock: () => new Date(),
    attemptsMax: 5,
    archiveEvents,
  })
  return {
    url: stack.url,
    redis,
    store,
    apiPid: () => stack.pids().api!,
    cpuSeconds: () => {
      const { 'trial-worker': first, ...rest } = stack.pids()
      const workers = [first, ...others.map(({ pid }) => pid)]
      const named = Object.entries(rest).map(([name, pid]) => [name, cpuSecondsOf(pid)])
      return Object.fromEntries([
        ...named,
        ['trial workers', workers.reduce<number>((sum, pid) => sum + cpuSecondsOf(pid), 0)],
      ])
    },
    createStudy: (trials, parallel, trainer = FUNCTION) => createStudy(stack.url, trials, parallel, trainer),
    async untilCompleted(id) {
      while ((await store.places(id)).state !== 'completed') await delay(POLL_MS)
    },
    async close() {
      redis.disconnect()
      await Promise.all(others.map((other) => other.stop()))
      await stack.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function createStudy(url: string, trials: number, parallel: number, trainer: object): Promise<StudyId> {
  const study = {
    seed: 1,
    trainer,
    sampler: { kind: 'random' },
    limits: { trials, parallel },
  }
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/v1/studies`, { method: 'POST', headers, body: JSON.stringify(study) })
  if (!answer.ok) throw new Error(await answer.text())
  return ((await answer.json()) as { id: StudyId }).id
}
