import { once } from 'node:events'
import supertest from 'supertest'
import { afterAll, beforeAll } from 'vitest'
import { type AppOptions, buildApp } from '../../src/http/app.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { createTokenStore } from '../../src/redis/token-store.ts'
import type { ServiceDeps } from '../../src/services/deps.ts'
import type { TokenDeps } from '../../src/services/tokens.ts'
import { createTestDeps, PREFIX } from './deps.ts'
import { startTestRedis, type TestRedis } from './redis.ts'

/** The API on a free port, on a Redis of its own; nothing works off its queues. */
export interface TestApp {
  readonly redis: TestRedis
  readonly deps: ServiceDeps
  readonly tokens: TokenDeps
  readonly url: string
  readonly http: ReturnType<typeof supertest>
  /** Moves the clock of leases and records on. */
  elapse(ms: number): void
  close(): Promise<void>
}

type Options = (tokens: TokenDeps) => AppOptions

export async function startTestApp(options: Options = () => ({})): Promise<TestApp> {
  const redis = await startTestRedis()
  const storeRedis = connectRedis(redis.url)
  await once(storeRedis, 'ready')
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const { deps, close: closeDeps } = createTestDeps({ redis: storeRedis, redisUrl: redis.url, clock })
  const tokens = { tokens: createTokenStore({ redis: storeRedis, prefix: PREFIX }), clock }
  const app = await buildApp(deps, options(tokens))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const close = async () => {
    await app.close()
    await closeDeps()
    storeRedis.disconnect()
    await redis.close()
  }
  const elapse = (ms: number) => {
    ahead += ms
  }
  return { redis, deps, tokens, url, http: supertest(url), elapse, close }
}

/** For the top of a test file: an API for all of its tests. Read it inside tests only. */
export function withApp(options?: Options): () => TestApp {
  let running: TestApp | undefined
  beforeAll(async () => {
    running = await startTestApp(options)
  })
  afterAll(() => running?.close())
  return () => running!
}
