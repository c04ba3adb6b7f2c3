import type { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterEach } from 'vitest'
import { bestAlgebra } from '../../src/algebra/best-algebra.ts'
import type { SearchSpace } from '../../src/domain/search-space.ts'
import { createNumerics } from '../../src/optimizer/numerics.ts'
import { createBullmqJobQueue } from '../../src/queue/bullmq-job-queue.ts'
import { type Consumer, consume } from '../../src/queue/consume.ts'
import { createAnswerStore } from '../../src/redis/answer-store.ts'
import { createDatasetStore } from '../../src/redis/dataset-store.ts'
import { createEventFeed } from '../../src/redis/event-feed.ts'
import { createModelStore } from '../../src/redis/model-store.ts'
import { createStudyStore } from '../../src/redis/study-store.ts'
import { createWebhookStore } from '../../src/redis/webhook-store.ts'
import type { ServiceDeps } from '../../src/services/deps.ts'
import type { LocalTrainer } from '../../src/services/ports/trainer.ts'
import { proposeTrials } from '../../src/services/scheduling/propose-trials.ts'
import { createCurveCache } from '../../src/services/snapshots/curve-cache.ts'
import { createSnapshotCache } from '../../src/services/snapshots/snapshot-cache.ts'
import { runTrial } from '../../src/services/trials/run-trial.ts'
import { testBest } from '../../src/services/trials/test-best.ts'
import { unlessDeleted } from '../../src/services/unless-deleted.ts'
import { readTable } from '../../src/tables/read-table.ts'
import { externalTrainer } from '../../src/trainers/external/external-trainer.ts'
import { functionTrainer } from '../../src/trainers/function/function-trainer.ts'
import { builtInDatasets } from '../../src/trainers/mlp/data/datasets.ts'
import { createWebhookSender } from '../../src/webhooks/webhook-sender.ts'
import { inlineExplainer } from './explain-inline.ts'
import { inlineProposer } from './propose-inline.ts'
import { withRedis } from './redis.ts'

const PREFIX = 'test'
const logger = pino({ level: 'silent' })

export interface TestServices {
  /** The services over a real Redis; the `mlp` trainer is the one given, `function` the real one. */
  deps(mlp?: LocalTrainer, clock?: () => Date): ServiceDeps
  redis(): Redis
  /** Works both queues off, as one proposal worker and one trial worker do, until the test ends. */
  work(deps: ServiceDeps, trialsAtOnce?: number): void
}

/** For the top of a test file. */
export function withServices(): TestServices {
  const redis = withRedis()
  const open: { close(): Promise<void> }[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()))
    await redis().flush()
  })

  function deps(mlp: LocalTrainer = functionTrainer, clock = () => new Date()): ServiceDeps {
    const jobs = createBullmqJobQueue({ redisUrl: redis().url, prefix: PREFIX, logger })
    open.push(jobs)
    const store = createStudyStore({
      redis: redis().redis,
      prefix: PREFIX,
      clock,
      attemptsMax: 3,
      archiveEvents: 8,
    })
    const feed = createEventFeed({ redisUrl: redis().url, prefix: PREFIX, logger })
    open.push({ close: async () => feed.close() })
    const answers = createAnswerStore({ redis: redis().redis, prefix: PREFIX })
    const webhooks = createWebhookStore({ redis: redis().redis, prefix: PREFIX })
    const sender = createWebhookSender({ allowPrivate: true })
    const snapshots = createSnapshotCache(store)
    const curves = createCurveCache(store)
    const numerics = createNumerics(bestAlgebra())
    return {
      store,
      snapshots,
      curves,
      jobs,
      feed,
      answers,
      webhooks,
      sender,
      models: createModelStore({ redis: redis().redis, prefix: PREFIX, clock }),
      datasets: createDatasetStore({ redis: redis().redis, prefix: PREFIX }),
      builtIns: builtInDatasets,
      tables: { read: readTable },
      trainers: { mlp, function: functionTrainer, external: externalTrainer },
      numerics,
      proposer: inlineProposer(numerics),
      explainer: inlineExplainer(numerics),
      clock,
      logger,
    }
  }

  function work(services: ServiceDeps, trialsAtOnce = 4): void {
    const common = { redisUrl: redis().url, prefix: PREFIX, lockMs: 5000, logger }
    const proposals = consume({
      ...common,
      queue: 'proposals',
      concurrency: 1,
      handle: ({ study }, signal) => unlessDeleted(proposeTrials(services, study, signal)),
    })
    const trials = consume({
      ...common,
      queue: 'trials',
      concurrency: trialsAtOnce,
      handle: (job, signal) =>
        unlessDeleted(
          job.kind === 'trial'
            ? runTrial(services, job.trial, 'worker', signal)
            : testBest(services, job.study, signal),
        ),
    })
    for (const trainer of Object.values(services.trainers)) {
      trainer.prepare?.(trialsAtOnce, (count) => trials.widen(count))
    }
    const consumers: Consumer[] = [proposals, trials]
    open.unshift(...consumers.map((consumer) => ({ close: () => consumer.close(5000) })))
  }

  return { deps, work, redis: () => redis().redis }
}

const ANY_SPACE: SearchSpace = {
  parameters: [{ name: 'x0', type: 'float', min: 0, max: 1, scale: 'linear' }],
  constraints: [],
}

/** A training in the hands of the test. */
export interface HeldTraining {
  readonly report: (step: number, value: number) => void
  readonly finish: (value: number) => void
  readonly fail: (error: unknown) => void
  readonly signal: AbortSignal
}

/** A trainer whose trainings end when the test says so, or when they are aborted. `next()` is the next one begun. */
export function heldTrainer(): { trainer: LocalTrainer; next(): Promise<HeldTraining> } {
  const begun: HeldTraining[] = []
  const awaited: ((training: HeldTraining) => void)[] = []
  const trainer: LocalTrainer = {
    checkTrainer: () => [],
    defaults: () => ({ searchSpace: ANY_SPACE, metrics: [{ name: 'value', goal: 'minimize' }] }),
    checkDefinition: () => [],
    train: (_request, onReport, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        const training: HeldTraining = {
          report: (step, value) => onReport({ step, metrics: { value } }),
          finish: (value) => resolve({ metrics: { value } }),
          fail: reject,
          signal,
        }
        const waiting = awaited.shift()
        if (waiting) waiting(training)
        else begun.push(training)
      }),
  }
  const next = () => {
    const training = begun.shift()
    return training ? Promise.resolve(training) : new Promise<HeldTraining>((take) => awaited.push(take))
  }
  return { trainer, next }
}
