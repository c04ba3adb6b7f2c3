import { Redis } from 'ioredis'
import type { Logger } from '../services/ports.ts'
import { logConnection } from '../telemetry/log-connection.ts'

const RECONNECT_MS_MAX = 500
const ANSWER_MS_MAX = 5000

const COMMON = { retryStrategy: (times: number) => Math.min(50 * times, RECONNECT_MS_MAX) }
const OPTIONS = {
  // Gives up at once: whoever adds a job is told, and the job is only a hint.
  producer: { ...COMMON, maxRetriesPerRequest: 0, commandTimeout: ANSWER_MS_MAX },
  // Never gives up: a worker outlives any outage. BullMQ insists on null, and its blocking reads may take no timeout.
  consumer: { ...COMMON, maxRetriesPerRequest: null },
} as const

/** @param url redis://, rediss:// or unix:/path */
export function connectQueue(url: string, role: keyof typeof OPTIONS, logger: Logger | undefined): Redis {
  const options = OPTIONS[role]
  const redis = url.startsWith('unix:')
    ? new Redis({ ...options, path: url.slice('unix:'.length) })
    : new Redis(url, options)
  logConnection(redis, logger, `queue ${role}`)
  return redis
}
