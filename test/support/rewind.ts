import type { Redis } from 'ioredis'

/** All that Redis holds now. @returns how to take it back there, as a failover to a replica that lagged behind would. */
export async function rewindPoint(redis: Redis): Promise<() => Promise<void>> {
  const keys = await redis.keys('*')
  const values = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))
  return async () => {
    await redis.flushall()
    await Promise.all(keys.map((key, i) => redis.restore(key, 0, values[i]!)))
  }
}
