import { Redis } from 'ioredis'
import type { Logger } from '../services/ports.ts'
import { logConnection } from '../telemetry/log-connection.ts'

// An answer takes well under a millisecond; a Redis that is silent for this long is as good as away. A worker has
// time, and may be deaf for a second while it computes a proposal.
const ANSWER_MS_MAX = 5000
const RECONNECT_MS_MAX = 500

/**
 * A connection for the store. It reconnects for ever by itself; commands given meanwhile fail within half a second
 * rather than hang, and a command whose answer was lost is never sent again: it may have been done. One that has gone
 * silent is given up for a new one, for a network may forget a connection without a word.
 *
 * @param url redis://, rediss:// or unix:/path
 * @param answerMs longest that an answer is waited for
 */
export function connectRedis(url: string, logger?: Logger, answerMs = ANSWER_MS_MAX): Redis {
  const options = {
    maxRetriesPerRequest: 0,
    commandTimeout: answerMs,
    socketTimeout: answerMs,
    connectTimeout: answerMs,
    retryStrategy: (times: number) => Math.min(50 * times, RECONNECT_MS_MAX),
  }
  const redis = url.startsWith('unix:')
    ? new Redis({ ...options, path: url.slice('unix:'.length) })
    : new Redis(url, options)
  logConnection(redis, logger, 'store')
  return redis
}
