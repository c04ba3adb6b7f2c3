import { once } from 'node:events'
import { pino } from 'pino'
import supertest from 'supertest'
import { afterAll, beforeAll } from 'vitest'
import { bestAlgebra } from '../../src/algebra/best-algebra.ts'
import { type AppOptions, buildApp } from '../../src/http/app.ts'
import { createNumerics } from '../../src/optimizer/numerics.ts'
import { createBullmqJobQueue } from '../../src/queue/bullmq-job-queue.ts'
import { createAnswerStore } from '../../src/redis/answer-store.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { createDatasetStore } from '../../src/redis/dataset-store.ts'
import { createEventFeed } from '../../src/redis/event-feed.ts'
import { createModelStore } from '../../src/redis/model-store.ts'
import { createStudyStore } from '../../src/redis/study-store.ts'
import { createTokenStore } from '../../src/redis/token-store.ts'
import { createWebhookStore } from '../../src/redis/webhook-store.ts'
import type { ServiceDeps } from '../../src/services/deps.ts'
import { createCurveCache } from '../../src/services/snapshots/curve-cache.ts'
import { createSnapshotCache } from '../../src/services/snapshots/snapshot-cache.ts'
import type { TokenDeps } from '../../src/services/tokens.ts'
import { readTable } from '../../src/tables/read-table.ts'
import { builtInDatasets } from '../../src/trainers/mlp/data/datasets.ts'
import { createTrainers } from '../../src/trainers/registry.ts'
import { createWebhookSender } from '../../src/webhooks/webhook-sender.ts'

import { inlineExplainer } from './explain-inline.ts'
import { inlineProposer } from './propose-inline.ts'
import { startTestRedis, type TestRedis } from './redis.ts'

/** The API on a free port, on a Redis of its own; nothing works off its queues. */
export interface TestApp {
  readonly redis: TestRedis
  readonly deps: ServiceDeps
  readonly tokens: TokenDeps
  readonly url: string
  readonly http: ReturnType<typeof supertest>
  close(): Promise<void>
}

type Options = (tokens: TokenDeps) => AppOptions

export async function startTestApp(options: Options = () => ({})): Promise<TestApp> {
  const redis = await startTestRedis()
  const storeRedis = connectRedis(redis.url)
  await once(storeRedis, 'ready')
  const prefix = 'test'
  const clock = () => new Date()
  const logger = pino({ level: 'silent' })
  const jobs = createBullmqJobQueue({ redisUrl: redis.url, prefix, logger })
  const store = createStudyStore({ redis: storeRedis, prefix, clock, attemptsMax: 3, archiveEvents: 8 })
  const feed = createEventFeed({ redisUrl: redis.url, prefix, logger })
  const answers = createAnswerStore({ redis: storeRedis, prefix })
  const webhooks = createWebhookStore({ redis: storeRedis, prefix })
  const sender = createWebhookSender({ allowPrivate: true })
  const snapshots = createSnapshotCache(store)
  const curves = createCurveCache(store)
  const numerics = createNumerics(bestAlgebra())
  const datasets = createDatasetStore({ redis: storeRedis, prefix })
  const deps = {
    store,
    snapshots,
    curves,
    jobs,
    feed,
    answers,
    webhooks,
    sender,
    trainers: createTrainers(datasets),
    models: createModelStore({ redis: storeRedis, prefix, clock }),
    datasets,
    builtIns: builtInDatasets,
    tables: { read: readTable },
    numerics,
    proposer: inlineProposer(numerics),
    explainer: inlineExplainer(numerics),
    clock,
    logger,
  }
  const tokens = { tokens: createTokenStore({ redis: storeRedis, prefix }), clock }
  const app = await buildApp(deps, options(tokens))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const close = async () => {
    await app.close()
    await jobs.close()
    feed.close()
    storeRedis.disconnect()
    await redis.close()
  }
  return { redis, deps, tokens, url, http: supertest(url), close }
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
