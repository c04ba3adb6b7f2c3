import { once } from 'node:events'
import type { Redis } from 'ioredis'
import type { Config } from './config.ts'
import { startRedisServer } from './launcher/redis-server.ts'
import { connectRedis } from './redis/connect.ts'

/**
 * For a command that needs the records: the Redis that REDIS_URL names, or the private one, which is shared with a
 * service that is up and otherwise started for as long as `use` takes.
 */
export async function withRedis<T>(config: Config, use: (redis: Redis) => Promise<T>): Promise<T> {
  const { HONE_DATA_DIR: dataDir, HONE_REDIS_BIN: binary } = config
  const server = config.REDIS_URL ? undefined : await startRedisServer({ dataDir, binary })
  const redis = connectRedis(config.REDIS_URL ?? server!.url)
  try {
    if (redis.status !== 'ready') await once(redis, 'ready')
    return await use(redis)
  } finally {
    redis.disconnect()
    await server?.stop()
  }
}
