import type { Redis } from 'ioredis'
import { pino } from 'pino'
import { bestAlgebra } from '../../src/algebra/best-algebra.ts'
import { createNumerics } from '../../src/optimizer/numerics.ts'
import { createBullmqJobQueue } from '../../src/queue/bullmq-job-queue.ts'
import { createAnswerStore } from '../../src/redis/answer-store.ts'
import { createDatasetStore } from '../../src/redis/dataset-store.ts'
import { createEventFeed } from '../../src/redis/event-feed.ts'
import { createModelStore } from '../../src/redis/model-store.ts'
import { createStudyStore } from '../../src/redis/study-store.ts'
import { createWebhookStore } from '../../src/redis/webhook-store.ts'
import type { ServiceDeps } from '../../src/services/deps.ts'
import type { Trainers } from '../../src/services/ports/trainer.ts'
import { createCurveCache } from '../../src/services/snapshots/curve-cache.ts'
import { createSnapshotCache } from '../../src/services/snapshots/snapshot-cache.ts'
import { readTable } from '../../src/tables/read-table.ts'
import { builtInDatasets } from '../../src/trainers/mlp/data/datasets.ts'
import { createTrainers } from '../../src/trainers/registry.ts'
import { createWebhookSender } from '../../src/webhooks/webhook-sender.ts'
import { inlineExplainer } from './explain-inline.ts'
import { inlineProposer } from './propose-inline.ts'

export const PREFIX = 'test'
export const logger = pino({ level: 'silent' })

export interface TestDeps {
  readonly deps: ServiceDeps
  close(): Promise<void>
}

interface Given {
  readonly redis: Redis
  readonly redisUrl: string
  readonly clock: () => Date
  /** The real ones unless given. */
  readonly trainers?: Trainers
}

/** The adapters over a real Redis, as src/compose.ts has them, but nothing on threads. */
export function createTestDeps({ redis, redisUrl, clock, trainers }: Given): TestDeps {
  const at = { redis, prefix: PREFIX }
  const jobs = createBullmqJobQueue({ redisUrl, prefix: PREFIX, logger })
  const store = createStudyStore({ ...at, clock, attemptsMax: 3, archiveEvents: 8 })
  const feed = createEventFeed({ redisUrl, prefix: PREFIX, logger })
  const numerics = createNumerics(bestAlgebra())
  const datasets = createDatasetStore(at)
  const deps = {
    store,
    snapshots: createSnapshotCache(store),
    curves: createCurveCache(store),
    jobs,
    feed,
    answers: createAnswerStore(at),
    webhooks: createWebhookStore(at),
    sender: createWebhookSender({ allowPrivate: true }),
    trainers: trainers ?? createTrainers(datasets),
    models: createModelStore({ ...at, clock }),
    datasets,
    builtIns: builtInDatasets,
    tables: { read: readTable },
    numerics,
    proposer: inlineProposer(numerics),
    explainer: inlineExplainer(numerics),
    clock,
    logger,
  }
  const close = async () => {
    await jobs.close()
    feed.close()
  }
  return { deps, close }
}
