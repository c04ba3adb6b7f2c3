import type { Redis } from 'ioredis'
import { openRedis } from '../connection/open-redis.ts'
import type { Logger } from '../services/ports/logger.ts'
import { logConnection } from '../telemetry/log-connection.ts'

const ANSWER_MS_MAX = 5000
// BullMQ's blocking reads answer within ten seconds, job or not. What is silent for longer is a connection that the
// network has forgotten, and nobody would ever say so.
const SILENCE_MS_MAX = 15_000

const COMMON = { connectTimeout: ANSWER_MS_MAX }
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

/** @param url see connection/redis-url.ts */
export function connectQueue(url: string, role: keyof typeof OPTIONS, logger: Logger | undefined): Redis {
  const redis = openRedis(url, OPTIONS[role])
  logConnection(redis, logger, `queue ${role}`)
  return redis
}
