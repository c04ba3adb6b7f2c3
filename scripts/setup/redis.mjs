import { join } from 'node:path'
import { findCommand, isExecutable } from '../process/find-command.mjs'
import { installPrivately, PRIVATE_PROGRAM } from './private-redis.mjs'
import { PROJECT } from './project.mjs'
import { step } from './report.mjs'

// Names as in src/launcher/redis-binary.ts.
const SERVERS = ['redis-server', 'valkey-server', 'keydb-server']
const PRIVATE_FOLDER = join(PROJECT, '.redis')

/** Sees to it that there is a Redis to use or to start. */
export async function ensureRedis() {
  const { REDIS_URL, HONE_REDIS_BIN } = process.env
  if (REDIS_URL || HONE_REDIS_BIN) return
  if (SERVERS.some(findCommand) || isExecutable(join(PRIVATE_FOLDER, PRIVATE_PROGRAM))) return
  try {
    await step('Fetching a Redis', 'Fetched a private Redis into .redis/', () =>
      installPrivately(PRIVATE_FOLDER),
    )
  } catch (error) {
    throw new Error(
      `There is no Redis, and apt could not fetch one: ${error.message}. ` +
        'Install redis-server or valkey-server, or set REDIS_URL to one that runs.',
      { cause: error },
    )
  }
}
