import { Redis } from 'ioredis'
import type { Logger } from '../services/ports.ts'
import { logConnection } from '../telemetry/log-connection.ts'

const RECONNECT_MS_MAX = 500
const ANSWER_MS_MAX = 5000
// BullMQ's blocking reads answer within ten seconds, job or not. What is silent for longer is a connection that the
// network has forgotten, and nobody would ever say so.
const SILENCE_MS_MAX = 15_000

const COMMON = {
  connectTimeout: ANSWER_MS_MAX,
  retryStrategy: (times: number) => Math.min(50 * times, RECONNECT_MS_MAX),
}
const OPTIONS = {
  // Gives up at once: whoever adds a job is told, and the job is only a hint.
  producer: {
    ...COMMON,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_MS_MAX,
    socketTimeout: ANSWER_MS_MAX,
  },
  // Never gives up: a worker outlives any outage. BullMQ insists on null, and its blocking reads may take no timeout.
  consumer: { ...COMMON, maxRetriesPerRequest: null, socketTimeout: SILENCE_MS_MAX },
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
