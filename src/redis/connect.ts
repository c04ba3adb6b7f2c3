import type { Redis, RedisOptions } from 'ioredis'
import { openRedis } from '../connection/open-redis.ts'
import type { Logger } from '../services/ports/logger.ts'
import { logConnection } from '../telemetry/log-connection.ts'

// An answer takes well under a millisecond; a Redis that is silent for this long is as good as away. A worker has
// time, and may be deaf for a second while it computes a proposal.
const ANSWER_MS_MAX = 5000

/**
 * A connection for the store. It reconnects for ever by itself; commands given meanwhile fail within half a second
 * rather than hang, and a command whose answer was lost is never sent again: it may have been done. One that has gone
 * silent is given up for a new one, for a network may forget a connection without a word.
 *
 * @param url see connection/redis-url.ts
 * @param answerMs longest that an answer is waited for
 */
export function connectRedis(url: string, logger?: Logger, answerMs = ANSWER_MS_MAX): Redis {
  return connect(
    url,
    { commandTimeout: answerMs, socketTimeout: answerMs, connectTimeout: answerMs },
    logger,
    'store',
  )
}

/** The connection of the event feed, made by its first command. Who has lost a subscription subscribes anew. */
export function connectFeed(url: string, logger?: Logger): Redis {
  // No socket timeout: it is silent for as long as nothing happens.
  const options = { lazyConnect: true, autoResubscribe: false, commandTimeout: ANSWER_MS_MAX }
  return connect(url, options, logger, 'event feed')
}

type Patience = 'commandTimeout' | 'connectTimeout' | 'socketTimeout'

function connect(
  url: string,
  more: Pick<RedisOptions, Patience | 'autoResubscribe' | 'lazyConnect'>,
  logger: Logger | undefined,
  name: string,
): Redis {
  const redis = openRedis(url, { ...more, maxRetriesPerRequest: 0 })
  logConnection(redis, logger, name)
  return redis
}
