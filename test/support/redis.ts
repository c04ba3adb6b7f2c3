import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import { startRedisServer } from '../../src/launcher/redis-server.ts'
import { connectRedis } from '../../src/redis/connect.ts'

/** A Redis of one test file's own, on a unix socket in a temporary directory. */
export interface TestRedis {
  readonly url: string
  readonly dataDir: string
  /** A ready connection. */
  readonly redis: Redis
  flush(): Promise<void>
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>
  /** Starts it again on the same data, after a kill. */
  restart(): Promise<void>
  /** Ends it and deletes its data. */
  close(): Promise<void>
}

export async function startTestRedis(): Promise<TestRedis> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hone-test-'))
  let server = await startRedisServer({ dataDir })
  const redis = connectRedis(server.url)
  await ready(redis)
  return {
    url: server.url,
    dataDir,
    redis,
    flush: async () => {
      await redis.flushall()
    },
    kill: async () => {
      process.kill(server.pid!, 'SIGKILL')
      await server.exited
    },
    restart: async () => {
      server = await startRedisServer({ dataDir })
      await ready(redis)
    },
    close: async () => {
      redis.disconnect()
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function ready(redis: Redis): Promise<void> {
  if (redis.status !== 'ready') await once(redis, 'ready')
}

/** For the top of a test file: a Redis for all of its tests. Read it inside tests only. */
export function withRedis(): () => TestRedis {
  let running: TestRedis | undefined
  beforeAll(async () => {
    running = await startTestRedis()
  })
  afterAll(() => running?.close())
  return () => running!
}
