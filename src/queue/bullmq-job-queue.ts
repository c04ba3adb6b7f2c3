import { once } from 'node:events'
import { type JobsOptions, Queue } from 'bullmq'
import { HoneError } from '../domain/errors.ts'
import type { TrialId } from '../domain/ids.ts'
import type { Carrier, JobQueue } from '../services/ports/job-queue.ts'
import type { Logger } from '../services/ports/logger.ts'
import { connectQueue } from './connect.ts'
import { JOB_OPTIONS, PAYLOADS, type Payload, type QueueName, queuePrefix, STREAMS } from './names.ts'

export interface JobQueueOptions {
  readonly redisUrl: string
  /** First part of every key. */
  readonly prefix: string
  readonly logger?: Logger
}

// Two processes that find the same event to be told enqueue it within moments.
const DELIVERY_REMEMBERED = { age: 3600 }
const JOB_STATES = ['waiting', 'active', 'delayed'] as const

// Covers a reconnection under way; a Redis that is away for longer is reported, not waited for.
const READY_MS_MAX = 1000

/** Jobs over BullMQ. Adding one that is there already changes nothing: a job's id says what it is for. */
export function createBullmqJobQueue(options: JobQueueOptions): JobQueue & { close(): Promise<void> } {
  const redis = connectQueue(options.redisUrl, 'producer', options.logger)
  const queues = new Map<QueueName, Queue>()

  function open(name: QueueName): Queue {
    const opened = queues.get(name)
    if (opened) return opened
    const queue = new Queue(name, {
      connection: redis,
      prefix: queuePrefix(options.prefix),
      defaultJobOptions: JOB_OPTIONS,
      streams: STREAMS,
    })
    // Its calls reject too; without a listener the event would end the process.
    queue.on('error', () => {})
    // A queue whose first look at the server failed never recovers, so the next call opens another one.
    queue.waitUntilReady().catch(() => queues.delete(name))
    queues.set(name, queue)
    return queue
  }

  async function use<T>(name: QueueName, operation: (queue: Queue) => Promise<T>): Promise<T> {
    try {
      if (redis.status !== 'ready') await once(redis, 'ready', { signal: AbortSignal.timeout(READY_MS_MAX) })
      return await operation(open(name))
    } catch (cause) {
      throw new HoneError('storage-unavailable', 'The queue does not answer. Try again in a moment.', {
        cause,
      })
    }
  }

  return {
    ...producer(use),
    async close() {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()))
      redis.disconnect()
    },
  }
}

type Use = <T>(name: QueueName, operation: (queue: Queue) => Promise<T>) => Promise<T>

/** @param trace what leads to the jobs that are added: it goes with them, for their logs and their spans. */
function producer(use: Use, trace?: Carrier): JobQueue {
  const traced = (payload: object): object => (trace ? { ...payload, trace } : payload)

  async function add<Name extends QueueName>(
    name: Name,
    jobId: string,
    payload: Payload<Name>,
    options: JobsOptions = {},
  ): Promise<void> {
    await use(name, (queue) => queue.add(payload.kind, traced(payload), { ...options, jobId }))
  }

  async function addTrials(trials: readonly TrialId[]): Promise<void> {
    const bulk = trials.map((trial) => {
      const payload: Payload<'trials'> = { kind: 'trial', trial }
      return { name: payload.kind, data: traced(payload), opts: { jobId: trial } }
    })
    const [one, ...others] = bulk
    // Without a pipeline around it.
    if (one && others.length === 0) await use('trials', (queue) => queue.add(one.name, one.data, one.opts))
    else await use('trials', (queue) => queue.addBulk(bulk))
  }

  /** A hint that was lost may have left remains, which would swallow the same hint given again. */
  async function addAgain<Name extends QueueName>(
    name: Name,
    jobId: string,
    payload: Payload<Name>,
  ): Promise<void> {
    await use(name, (queue) => hasJob(queue, jobId))
    await add(name, jobId, payload)
  }

  return {
    hintProposal: (study, revision) => add('proposals', `${study}-${revision}`, { kind: 'propose', study }),
    enqueueProposal: (study, revision) =>
      addAgain('proposals', `${study}-${revision}`, { kind: 'propose', study }),
    enqueueTrials: addTrials,
    enqueueTest: (study) => addAgain('trials', `${study}-test`, { kind: 'test', study }),
    withoutJob: (trials) =>
      use('trials', async (queue) => {
        const have = await Promise.all(trials.map((trial) => hasJob(queue, trial)))
        return trials.filter((_, i) => !have[i])
      }),
    enqueueDelivery: ({ webhook, study, revision }, attempt, delay) => {
      const payload = { kind: 'deliver', webhook, study, revision, attempt } as const
      const jobId = `${webhook}-${study}-${revision}-${attempt}`
      return add('deliveries', jobId, payload, { delay, removeOnComplete: DELIVERY_REMEMBERED })
    },
    countJobs: async () => {
      const names = Object.keys(PAYLOADS) as QueueName[]
      const counts = names.map((name) => use(name, (queue) => queue.getJobCounts(...JOB_STATES)))
      const counted = await Promise.all(counts)
      return Object.fromEntries(names.map((name, i) => [name, counted[i]!]))
    },
    within: (carried) => producer(use, carried),
  }
}

/** A job that is in none of its queue's lists never runs, and would swallow every new one with its id for ever. */
async function hasJob(queue: Queue, jobId: string): Promise<boolean> {
  if ((await queue.getJobState(jobId)) !== 'unknown') return true
  const remains = await queue.getJob(jobId)
  // What cannot be removed was added and taken by a worker this moment.
  return remains
    ? remains.remove().then(
        () => false,
        () => true,
      )
    : false
}
