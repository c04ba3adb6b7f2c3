import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { HoneError } from '../../../src/domain/errors.ts'
import { newStudyId, type TrialId, trialId } from '../../../src/domain/ids.ts'
import { createBullmqJobQueue } from '../../../src/queue/bullmq-job-queue.ts'
import { type ConsumeOptions, type Consumer, consume } from '../../../src/queue/consume.ts'
import type { Payload, QueueName } from '../../../src/queue/names.ts'
import type { JobQueue } from '../../../src/services/ports/job-queue.ts'
import { createLogger } from '../../../src/telemetry/logger.ts'
import { startTestRedis, withRedis } from '../../support/redis.ts'

const redis = withRedis()
const logger = createLogger('test', 'silent')
const openConsumers: Consumer[] = []
const openQueues: { close(): Promise<void> }[] = []

afterEach(async () => {
  await Promise.all(openConsumers.splice(0).map((consumer) => consumer.close(1000)))
  await Promise.all(openQueues.splice(0).map((queue) => queue.close()))
})

function aQueue(prefix: string, redisUrl = redis().url) {
  const queue = createBullmqJobQueue({ redisUrl, prefix })
  openQueues.push(queue)
  return queue
}

function aConsumer<Name extends QueueName>(
  options: Pick<ConsumeOptions<Name>, 'queue' | 'prefix' | 'handle'> & Partial<ConsumeOptions<Name>>,
): Consumer {
  const consumer = consume({ redisUrl: redis().url, concurrency: 4, lockMs: 1000, logger, ...options })
  openConsumers.push(consumer)
  return consumer
}

const aStudyId = () => newStudyId(randomBytes(16))
const aPrefix = () => `q${randomBytes(4).toString('hex')}`

/** Collects what comes and resolves when there are n. */
function collector<T>() {
  const items: T[] = []
  let wake = () => {}
  return {
    items,
    push(item: T) {
      items.push(item)
      wake()
    },
    async until(n: number) {
      while (items.length < n) await new Promise<void>((resolve) => (wake = resolve))
      return items
    },
  }
}

const hasJob = async (jobs: JobQueue, trial: TrialId) => (await jobs.withoutJob([trial])).length === 0

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

describe('the job queue', () => {
  it('brings each kind of job to its handler as ids', async () => {
    const prefix = aPrefix()
    const jobs = aQueue(prefix)
    const study = aStudyId()
    const seen = collector<Payload<QueueName>>()
    const handle = async (payload: Payload<QueueName>) => seen.push(payload)

    await jobs.enqueueProposal(study, 1)
    await jobs.enqueueTrials([trialId(study, 0)])
    await jobs.enqueueTest(study)
    aConsumer({ queue: 'proposals', prefix, handle })
    aConsumer({ queue: 'trials', prefix, handle })

    expect(await seen.until(3)).toEqual(
      expect.arrayContaining([
        { kind: 'propose', study },
        { kind: 'trial', trial: trialId(study, 0) },
        { kind: 'test', study },
      ]),
    )
  })

  it('keeps one job for a hint given twice, and takes the hint again once the job is done', async () => {
    const prefix = aPrefix()
    const jobs = aQueue(prefix)
    const trial = trialId(aStudyId(), 0)
    const seen = collector<Payload<'trials'>>()

    await jobs.enqueueTrials([trial])
    await jobs.enqueueTrials([trial])
    expect(await hasJob(jobs, trial)).toBe(true)
    const handle = async (payload: Payload<'trials'>) => seen.push(payload)
    aConsumer({ queue: 'trials', prefix, handle })
    await seen.until(1)
    while (await hasJob(jobs, trial));
    await jobs.enqueueTrials([trial])

    expect(await seen.until(2)).toHaveLength(2)
  })

  it('knows the job of a trial while a worker has it', async () => {
    const prefix = aPrefix()
    const jobs = aQueue(prefix)
    const trial = trialId(aStudyId(), 3)
    const seen = collector<string>()
    await jobs.enqueueTrials([trial])
    const handle = async (_: Payload<'trials'>, signal: AbortSignal) => {
      seen.push('started')
      await untilAborted(signal)
    }
    aConsumer({ queue: 'trials', prefix, handle })
    await seen.until(1)

    expect(await hasJob(jobs, trial)).toBe(true)
    expect(await hasJob(jobs, trialId(aStudyId(), 3))).toBe(false)
  })

  it('is not fooled by what remains of a job that is in no list', async () => {
    const prefix = aPrefix()
    const queue = aQueue(prefix)
    const trial = trialId(aStudyId(), 0)
    await redis().redis.hset(`{${prefix}}:trials:${trial}`, { name: 'trial', data: '{}', opts: '{}' })
    const before = await hasJob(queue, trial)

    await queue.enqueueTrials([trial])
    const handled = collector<Payload<'trials'>>()
    aConsumer({ queue: 'trials', prefix, handle: async (payload) => handled.push(payload) })

    expect(before).toBe(false)
    expect(await handled.until(1)).toEqual([{ kind: 'trial', trial }])
  })

  it('says storage-unavailable when there is no Redis, and works once there is one', async () => {
    const own = await startTestRedis()
    await own.kill()
    const jobs = aQueue('hone', own.url)
    const trial = trialId(aStudyId(), 0)

    await expect(jobs.enqueueTrials([trial])).rejects.toMatchObject({ code: 'storage-unavailable' })
    await expect(jobs.withoutJob([trial])).rejects.toMatchObject({ code: 'storage-unavailable' })
    await own.restart()
    await expect.poll(() => jobs.enqueueTrials([trial]).then(() => 'stored', String)).toBe('stored')
    expect(await hasJob(jobs, trial)).toBe(true)
    await own.close()
  })
})

describe('a consumer', () => {
  it('tries a job again while the storage is away', async () => {
    const prefix = aPrefix()
    const jobs = aQueue(prefix)
    const seen = collector<number>()
    await jobs.enqueueTrials([trialId(aStudyId(), 0)])

    const handle = async () => {
      seen.push(seen.items.length)
      if (seen.items.length < 2) throw new HoneError('storage-unavailable', 'away')
    }
    aConsumer({ queue: 'trials', prefix, handle })

    expect(await seen.until(2)).toEqual([0, 1])
  })

  it('tries it again in about a second although a clock is an hour ahead for a moment', async () => {
    const prefix = aPrefix()
    const jobs = aQueue(prefix)
    const seen = collector<number>()
    await jobs.enqueueTrials([trialId(aStudyId(), 0)])
    const now = Date.now
    const ahead = vi.spyOn(Date, 'now')

    const handle = async () => {
      seen.push(seen.items.length)
      if (seen.items.length > 1) return
      ahead.mockImplementation(() => now() + 3_600_000)
      setTimeout(() => ahead.mockRestore(), 500)
      throw new HoneError('storage-unavailable', 'away')
    }
    aConsumer({ queue: 'trials', prefix, handle })

    expect(await seen.until(2)).toEqual([0, 1])
  })

  it('drops a job whose handler broke, so that the next hint is not swallowed', async () => {
    const prefix = aPrefix()
    const jobs = aQueue(prefix)
    const trial = trialId(aStudyId(), 0)
    const seen = collector<number>()
    await jobs.enqueueTrials([trial])
    const handle = async () => {
      seen.push(seen.items.length)
      throw new Error('broken')
    }
    aConsumer({ queue: 'trials', prefix, handle })

    await seen.until(1)

    await expect.poll(() => hasJob(jobs, trial)).toBe(false)
    expect(seen.items).toEqual([0])
  })

  it('gives the jobs at hand back when it closes, and another takes them at once', async () => {
    const prefix = aPrefix()
    const jobs = aQueue(prefix)
    const first = collector<string>()
    const second = collector<string>()
    const lockMs = 60_000 // long, so that only a job given back comes to the second worker in time
    const handleFirst = async (_: Payload<'trials'>, signal: AbortSignal) => {
      first.push('started')
      await untilAborted(signal).catch((reason) => first.push(reason))
    }
    const closing = aConsumer({ queue: 'trials', prefix, lockMs, handle: handleFirst })
    await jobs.enqueueTrials([trialId(aStudyId(), 0)])
    await first.until(1)

    await closing.close(5000)
    const handle = async () => second.push('started')
    aConsumer({ queue: 'trials', prefix, lockMs, handle })

    expect(await second.until(1)).toEqual(['started'])
    expect(first.items).toEqual(['started', 'shutdown'])
  })

  it('closes in bounded time although a handler ignores its signal', async () => {
    const prefix = aPrefix()
    const jobs = aQueue(prefix)
    const seen = collector<string>()
    let end = () => {}
    const handle = () => {
      seen.push('started')
      return new Promise<void>((resolve) => (end = resolve))
    }
    const consumer = aConsumer({ queue: 'trials', prefix, handle })
    await jobs.enqueueTrials([trialId(aStudyId(), 0)])
    await seen.until(1)

    const closed = consumer.close(100).then(() => 'closed')

    expect(await Promise.race([closed, delay(5000, 'still open', { ref: false })])).toBe('closed')
    end()
  })

  it.each([
    // As after an outage that was longer than the lock.
    [
      'its lock has run out',
      (key: (name: string) => string, trial: string) => [['del', key(`${trial}:lock`)]],
    ],
    [
      'the check for dead workers took it away',
      (key: (name: string) => string, trial: string) => [
        ['lrem', key('active'), '1', trial],
        ['rpush', key('wait'), trial],
        ['del', key(`${trial}:lock`)],
        ['zadd', key('marker'), '0', '0'],
      ],
    ],
  ])('goes on with a job that comes back to it because %s', async (_, loss) => {
    const prefix = aPrefix()
    const jobs = aQueue(prefix)
    const trial = trialId(aStudyId(), 0)
    const seen = collector<string>()
    let end = () => {}
    const handle = async (__: Payload<'trials'>, signal: AbortSignal) => {
      seen.push('started')
      await new Promise<void>((resolve) => (end = resolve))
      seen.push(signal.aborted ? 'aborted' : 'ended')
    }
    const cameBack = collector<object>()
    const told = { ...logger, info: (fields: object) => cameBack.push(fields) }
    aConsumer({ queue: 'trials', prefix, handle, logger: told })
    await jobs.enqueueTrials([trial])
    await seen.until(1)
    const key = (name: string) => `{${prefix}}:trials:${name}`

    await redis().redis.multi(loss(key, trial)).exec()
    expect((await cameBack.until(1))[0]).toEqual({ queue: 'trials', jobId: trial })
    end()

    await expect.poll(() => hasJob(jobs, trial)).toBe(false)
    expect(seen.items).toEqual(['started', 'ended'])
  })

  it('outlives a Redis that is killed and comes back', async () => {
    const own = await startTestRedis()
    const prefix = aPrefix()
    const jobs = aQueue(prefix, own.url)
    const study = aStudyId()
    const seen = collector<Payload<'trials'>>()
    const handle = async (payload: Payload<'trials'>) => seen.push(payload)
    aConsumer({ queue: 'trials', prefix, redisUrl: own.url, handle })
    await jobs.enqueueTrials([trialId(study, 0)])
    await seen.until(1)

    await own.kill()
    await own.restart()
    await expect
      .poll(() => jobs.enqueueTrials([trialId(study, 1)]).then(() => 'stored', String))
      .toBe('stored')

    expect(await seen.until(2)).toEqual([0, 1].map((n) => ({ kind: 'trial', trial: trialId(study, n) })))
    await Promise.all(openConsumers.splice(0).map((consumer) => consumer.close(1000)))
    await own.close()
  })

  it('closes while Redis is away', async () => {
    const own = await startTestRedis()
    const consumer = aConsumer({ queue: 'trials', prefix: 'hone', redisUrl: own.url, handle: async () => {} })
    await own.kill()

    const closed = consumer.close(200).then(() => 'closed')

    expect(await Promise.race([closed, delay(5000, 'still open', { ref: false })])).toBe('closed')
    await own.close()
  })
})
