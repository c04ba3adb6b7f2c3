import { join } from 'node:path'
import { findCommand, isExecutable } from '../process/find-command.mjs'
import { installPrivately } from './private-redis.mjs'
import { PROJECT } from './project.mjs'
import { step } from './report.mjs'

// Names and order as in src/launcher/redis-server.ts.
const SERVERS = ['redis-server', 'valkey-server', 'keydb-server']
const PRIVATE_SERVER = join(PROJECT, '.redis', 'redis-server')

/** Sees to it that there is a Redis to use or to start. */
export async function ensureRedis() {
  const { REDIS_URL, HONE_REDIS_BIN } = process.env
  if (REDIS_URL || HONE_REDIS_BIN) return
  if (SERVERS.some(findCommand) || isExecutable(PRIVATE_SERVER)) return
  try {
    await step('Fetching a Redis', 'Fetched a private Redis into .redis/', () =>
      installPrivately(PRIVATE_SERVER),
    )
  } catch (error) {
    throw new Error(
      `There is no Redis, and none could be fetched with apt (${/** @type {Error} */ (error).message.trim()}). ` +
        'Install redis-server or valkey-server, or set REDIS_URL to one that runs.',
    )
  }
}
