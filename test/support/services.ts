import type { Redis } from 'ioredis'
import { afterEach } from 'vitest'
import type { SearchSpace } from '../../src/domain/search-space.ts'
import { type Consumer, consume } from '../../src/queue/consume.ts'
import type { ServiceDeps } from '../../src/services/deps.ts'
import type { LocalTrainer } from '../../src/services/ports/trainer.ts'
import { proposeTrials } from '../../src/services/scheduling/propose-trials.ts'
import { runTrial } from '../../src/services/trials/run-trial.ts'
import { testBest } from '../../src/services/trials/test-best.ts'
import { unlessDeleted } from '../../src/services/unless-deleted.ts'
import { externalTrainer } from '../../src/trainers/external/external-trainer.ts'
import { functionTrainer } from '../../src/trainers/function/function-trainer.ts'
import { createTestDeps, logger, PREFIX } from './deps.ts'
import { withRedis } from './redis.ts'

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
    const trainers = { mlp, function: functionTrainer, external: externalTrainer }
    const made = createTestDeps({ redis: redis().redis, redisUrl: redis().url, clock, trainers })
    open.push(made)
    return made.deps
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
