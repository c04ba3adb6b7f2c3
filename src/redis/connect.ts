import { Redis, type RedisOptions } from 'ioredis'
import type { Logger } from '../services/ports.ts'
import { logConnection } from '../telemetry/log-connection.ts'

// An answer takes well under a millisecond; a Redis that is silent for this long is as good as away.
const COMMAND_TIMEOUT_MS = 5000
const RECONNECT_MS_MAX = 500

/**
 * A connection for the store. It reconnects for ever by itself; commands given meanwhile fail within half a second
 * rather than hang, and a command whose answer was lost is never sent again: it may have been done.
 *
 * @param url redis://, rediss:// or unix:/path
 */
export function connectRedis(url: string, logger?: Logger): Redis {
  return connect(url, {}, logger, 'store')
}

/** The connection of the event feed, made by its first command. Who has lost a subscription subscribes anew. */
export function connectFeed(url: string, logger?: Logger): Redis {
  return connect(url, { lazyConnect: true, autoResubscribe: false }, logger, 'event feed')
}

function connect(
  url: string,
  more: Pick<RedisOptions, 'lazyConnect' | 'autoResubscribe'>,
  logger: Logger | undefined,
  name: string,
): Redis {
  const options = {
    ...more,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: (times: number) => Math.min(50 * times, RECONNECT_MS_MAX),
  }
  const redis = url.startsWith('unix:')
    ? new Redis({ ...options, path: url.slice('unix:'.length) })
    : new Redis(url, options)
  logConnection(redis, logger, name)
  return redis
}
