import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { type RedisServer, startRedisServer } from '../../../src/launcher/redis-server.ts'
import { packagePath } from '../../../src/package-path.ts'
import { type QueueName, queuePrefix } from '../../../src/queue/names.ts'
import { createStudyStore } from '../../../src/redis/study-store.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { type Fleet, startFleet } from './fleet.ts'
import { startProxy, type WireProxy } from './proxy.ts'

/** Silence after which a worker counts as dead here: short, so that a run has time for many deaths. */
export const LOCK_MS = 1000
/** Events that are put away together: so few that most of every journal is while its study runs. */
export const ARCHIVE_EVENTS = 16

/** A whole service whose every part can be hurt, and the ways to look at it that no fault touches. */
export interface World {
  readonly fleet: Fleet
  readonly proxy: WireProxy
  /** Straight to Redis, past the proxy. */
  readonly store: StudyStore
  readonly redis: Redis
  readonly queues: Readonly<Record<'proposals' | 'trials', Queue>>
  /** Where a process whose clock is to jump reads by how many milliseconds: jumping-clock.mjs. */
  readonly clockFile: string
  /** kill -9 of Redis; it is started again at once. */
  killRedis(): void
  close(): Promise<void>
}

export async function startWorld(): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hone-chaos-'))
  const server = await keepRedis(dataDir)
  const proxy = await startProxy(server.path)
  // Who looks on waits for a Redis that was killed this moment: what it asks for is there afterwards.
  const redis = new Redis({ path: server.path, maxRetriesPerRequest: null })
  const open = (name: QueueName) => {
    const queue = new Queue(name, { connection: redis, prefix: queuePrefix('hone') })
    queue.on('error', () => {})
    return queue
  }
  redis.on('error', () => {})
  const queues = { proposals: open('proposals'), trials: open('trials') }
  const clockFile = join(dataDir, 'clock')
  const fleet = await startFleet({
    REDIS_URL: proxy.url,
    HONE_DATA_DIR: dataDir,
    HONE_LOCK_MS: String(LOCK_MS),
    HONE_RECONCILE_MS: '300',
    HONE_TRIAL_CONCURRENCY: '2',
    HONE_ARCHIVE_EVENTS: String(ARCHIVE_EVENTS),
    // Every trial is to be finished by somebody in the end, however many of its workers die.
    HONE_TRIAL_ATTEMPTS_MAX: '100',
    HONE_SHUTDOWN_MS: '2000',
    HONE_LOG_LEVEL: process.env.HONE_LOG_LEVEL ?? 'silent',
    HONE_CHAOS_CLOCK: clockFile,
    NODE_OPTIONS: `--import ${packagePath('test', 'chaos', 'support', 'jumping-clock.mjs')}`,
  })
  return {
    fleet,
    proxy,
    redis,
    queues,
    store: createStudyStore({
      redis,
      prefix: 'hone',
      clock: () => new Date(),
      attemptsMax: 100,
      archiveEvents: ARCHIVE_EVENTS,
    }),
    clockFile,
    killRedis: server.kill,
    async close() {
      await fleet.stop()
      await Promise.allSettled(Object.values(queues).map((queue) => queue.close()))
      redis.disconnect()
      await proxy.close()
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function keepRedis(dataDir: string) {
  let server: RedisServer = await startRedisServer({ dataDir })
  let isStopping = false
  const watched = (async () => {
    while (!isStopping) {
      await server.exited
      await delay(50)
      if (!isStopping) server = await startRedisServer({ dataDir })
    }
  })()
  return {
    path: server.url.slice('unix:'.length),
    kill: () => void process.kill(server.pid!, 'SIGKILL'),
    async stop() {
      isStopping = true
      await server.stop()
      await watched
    },
  }
}
