import { setTimeout as delay } from 'node:timers/promises'
import { DelayedError, type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq'
import { ERRORS, HoneError } from '../domain/errors.ts'
import type { Logger } from '../services/ports/logger.ts'
import { fieldsOf, parseTraceparent, startSpan, type Trace } from '../telemetry/trace.ts'
import { connectQueue } from './connect.ts'
import { CARRIER, PAYLOADS, type Payload, type QueueName, queuePrefix } from './names.ts'

export interface ConsumeOptions<Name extends QueueName> {
  readonly queue: Name
  readonly redisUrl: string
  /** First part of every key. */
  readonly prefix: string
  /** Jobs handled at once. */
  readonly concurrency: number
  /** Silence after which this worker counts as dead and its jobs are given to others. */
  readonly lockMs: number
  readonly logger: Logger
  /**
   * Handles one job; it may be called for the same work elsewhere at any time. `signal` aborts with the reason
   * `shutdown` when this process ends, after which the job goes back to the queue however the call ends. A lock that
   * is lost aborts nothing: the work may still be wanted, and the store's fences refuse it where it is not. `trace` is
   * for its lines and its own jobs, see compose.ts. @returns in how many ms the job is to come again, if it is not done.
   */
  handle(
    payload: Payload<Name>,
    signal: AbortSignal,
    trace: Trace,
  ): Promise<void> | Promise<number | undefined>
}

export interface Consumer {
  /** Handles this many jobs at once from now on, or from the next that ends. */
  widen(concurrency: number): void
  /** Takes no new job, aborts those at hand and waits for them, though not for longer than this. */
  close(timeoutMs: number): Promise<void>
}

// A storage that is away is back in about as long, or gone for longer.
const PUT_OFF_MS = 1000

interface Handling {
  readonly controller: AbortController
  readonly ended: Promise<number | undefined>
}

/** Handles the jobs of a queue until closed. Outlives a Redis that goes away and comes back. */
export function consume<Name extends QueueName>(options: ConsumeOptions<Name>): Consumer {
  const { queue, lockMs, logger } = options
  const connection = connectQueue(options.redisUrl, 'consumer', logger)
  const running = new Map<string, Handling>()
  const closing = new AbortController()
  let isClosing = false

  const worker = new Worker(queue, run, {
    connection,
    prefix: queuePrefix(options.prefix),
    concurrency: options.concurrency,
    lockDuration: lockMs,
    // A dead worker's job is noticed at most a third of a lock after the lock has run out. Redis takes whole numbers.
    stalledInterval: Math.ceil(lockMs / 3),
    // How often a trial may lose its worker is for start-trial.lua to say: it fails the trial and not just the job.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  })
  worker.on('error', (err) => {
    // Connection errors have a system call; connect.ts logs those, once an outage.
    if (!('syscall' in err)) logger.warn({ queue, err }, 'queue error')
  })

  async function run(job: Job, token?: string): Promise<void> {
    let isPutOff = false
    let againMs: number | undefined
    try {
      if (!isClosing) againMs = await handleOnce(job)
    } catch (err) {
      isPutOff = isForLater(err)
      if (!isClosing && !isPutOff) throw err
    }
    // Waited for here and not as a delayed job of the queue, which would wait by the clocks of whoever is concerned.
    if (isPutOff && !isClosing) await delay(PUT_OFF_MS, undefined, { signal: closing.signal }).catch(() => {})
    if (isPutOff || isClosing) await giveBack(job, token)
    if (againMs !== undefined) await delayJob(job, token, againMs)
  }

  /** After an outage longer than its lock, a job at hand may come back to this very worker: then it is at hand still. */
  function handleOnce(job: Job): Promise<number | undefined> {
    const jobId = job.id!
    const atHand = running.get(jobId)
    if (atHand) {
      logger.info({ queue, jobId }, 'job came back that is at hand')
      return atHand.ended
    }
    const controller = new AbortController()
    const ended = traceJob(options, job, controller.signal).finally(() => running.delete(jobId))
    running.set(jobId, { controller, ended })
    return ended
  }

  return {
    widen(concurrency) {
      worker.concurrency = concurrency
    },

    async close(timeoutMs) {
      isClosing = true
      closing.abort()
      const closed = worker.close()
      for (const { controller } of running.values()) controller.abort('shutdown')
      const waited = new AbortController()
      await Promise.race([closed, delay(timeoutMs, undefined, { signal: waited.signal }).catch(() => {})])
      waited.abort()
      connection.disconnect()
    },
  }
}

/** Within the trace of what led to it, or one of its own. */
async function traceJob<Name extends QueueName>(
  options: ConsumeOptions<Name>,
  job: Job,
  signal: AbortSignal,
): Promise<number | undefined> {
  const carried = CARRIER.safeParse((job.data as { trace?: unknown }).trace).data
  const span = startSpan('consumer', parseTraceparent(carried?.traceparent))
  const trace = { span: span.context, requestId: carried?.requestId }
  const end = (hasFailed: boolean) =>
    span.end(
      () => ({
        name: `${options.queue} process`,
        attributes: {
          'messaging.system': 'bullmq',
          'messaging.destination.name': options.queue,
          'messaging.message.id': job.id!,
        },
      }),
      hasFailed,
    )
  try {
    const again = await handleJob(options, job, signal, trace)
    end(false)
    return again
  } catch (error) {
    end(true)
    throw error
  }
}

async function handleJob<Name extends QueueName>(
  { queue, handle, logger }: ConsumeOptions<Name>,
  job: Job,
  signal: AbortSignal,
  trace: Trace,
): Promise<number | undefined> {
  try {
    const handled = await handle(PAYLOADS[queue].parse(job.data) as Payload<Name>, signal, trace)
    return handled ?? undefined
  } catch (err) {
    if (signal.aborted) throw err
    const fields = { ...fieldsOf(trace), queue, jobId: job.id, err }
    if (isForLater(err)) {
      logger.warn(fields, 'job put off')
      throw err
    }
    logger.error(fields, 'job failed')
    throw new UnrecoverableError(err instanceof Error ? err.message : String(err))
  }
}

/** Whether what failed is worth another try: the storage is away. */
function isForLater(err: unknown): boolean {
  return err instanceof HoneError && ERRORS[err.code].retry === 'later'
}

/** Puts a job back where the next worker takes it at once, instead of after the lock has run out. */
async function giveBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token)
  throw new WaitingError()
}

/** Under the same id, with nothing left behind. */
async function delayJob(job: Job, token: string | undefined, delayMs: number): Promise<never> {
  await job.moveToDelayed(Date.now() + delayMs, token)
  throw new DelayedError()
}
