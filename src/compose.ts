import type { Logger } from 'pino'
import { bestAlgebra } from './algebra/best-algebra.ts'
import type { Config } from './config.ts'
import { createNumerics } from './optimizer/numerics.ts'
import { createBullmqJobQueue } from './queue/bullmq-job-queue.ts'
import { createAnswerStore } from './redis/answer-store.ts'
import { connectRedis } from './redis/connect.ts'
import { createDatasetStore } from './redis/dataset-store.ts'
import { createEventFeed } from './redis/event-feed.ts'
import { createModelStore } from './redis/model-store.ts'
import { createStudyStore } from './redis/study-store.ts'
import { createTokenStore } from './redis/token-store.ts'
import { createWebhookStore } from './redis/webhook-store.ts'
import type { ServiceDeps } from './services/deps.ts'
import { createCurveCache } from './services/snapshots/curve-cache.ts'
import { createSnapshotCache } from './services/snapshots/snapshot-cache.ts'
import type { TokenDeps } from './services/tokens.ts'
import { createMetrics, type Metrics } from './telemetry/metrics.ts'
import { carrierOf, fieldsOf, type Trace } from './telemetry/trace.ts'
import { createThreadExplainer } from './threads/thread-explainer.ts'
import { createThreadProposer } from './threads/thread-proposer.ts'
import { createThreadTableReader } from './threads/thread-table-reader.ts'
import { builtInDatasets } from './trainers/mlp/data/datasets.ts'
import { createTrainers } from './trainers/registry.ts'
import { createWebhookSender } from './webhooks/webhook-sender.ts'

export interface Composition {
  readonly config: Config
  readonly logger: Logger
  readonly redisUrl: string
  readonly deps: ServiceDeps
  /** The same on behalf of a job: its lines say which trace they belong to, and its own jobs carry that on. */
  within(trace: Trace): ServiceDeps
  readonly tokens: TokenDeps
  readonly metrics: Metrics
  /** Lets go of every connection. */
  close(): Promise<void>
}

/**
 * Chooses the adapters: the one place where all of them meet. Connects in the background; Redis may still be away.
 *
 * @param answerMs longest that the storage's answer is waited for; a worker's patience unless given.
 */
export function compose(config: Config, logger: Logger, answerMs?: number): Composition {
  const redisUrl = config.REDIS_URL
  if (!redisUrl) throw new Error('REDIS_URL is not set. `npm start` runs everything with a private Redis.')
  const prefix = config.HONE_QUEUE_PREFIX
  const clock = () => new Date()
  const redis = connectRedis(redisUrl, logger, answerMs)
  const jobs = createBullmqJobQueue({ redisUrl, prefix, logger })
  const metrics = createMetrics()
  const webhooks = createWebhookStore({ redis, prefix })
  const sender = createWebhookSender({ allowPrivate: config.HONE_WEBHOOK_ALLOW_PRIVATE })
  const attemptsMax = config.HONE_TRIAL_ATTEMPTS_MAX
  const archiveEvents = config.HONE_ARCHIVE_EVENTS
  const store = metrics.metered(createStudyStore({ redis, prefix, clock, attemptsMax, archiveEvents }))
  const feed = createEventFeed({ redisUrl, prefix, logger })
  const answers = createAnswerStore({ redis, prefix })
  const snapshots = createSnapshotCache(store)
  const curves = createCurveCache(store)
  const numerics = createNumerics(bestAlgebra())
  const datasets = createDatasetStore({ redis, prefix })
  const trainers = createTrainers(datasets)
  const proposer = createThreadProposer()
  const explainer = createThreadExplainer()
  const deps = {
    store,
    snapshots,
    curves,
    jobs,
    feed,
    answers,
    webhooks,
    sender,
    trainers,
    models: createModelStore({ redis, prefix, clock }),
    datasets,
    builtIns: builtInDatasets,
    tables: createThreadTableReader(),
    numerics,
    proposer,
    explainer,
    clock,
    logger,
  }
  const tokens = { tokens: createTokenStore({ redis, prefix }), clock }
  const within = (trace: Trace) => ({
    ...deps,
    logger: logger.child(fieldsOf(trace)),
    jobs: jobs.within(carrierOf(trace)),
  })
  const close = async () => {
    await Promise.all([jobs.close(), proposer.close(), explainer.close()])
    feed.close()
    redis.disconnect()
  }
  return { config, logger, redisUrl, deps, within, tokens, metrics, close }
}
