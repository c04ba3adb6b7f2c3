// Makes a clone ready to run: packages, native addon, dist/, Redis. What is there and up to date is left alone, so
// every command starts with it. Plain Node: it runs before any package is installed. Says what it did on stderr.
import { ensureDashboard } from './setup/dashboard.mjs'
import { ensureDist } from './setup/dist.mjs'
import { withLock } from './setup/lock.mjs'
import { ensureNative } from './setup/native.mjs'
import { checkNode } from './setup/node-version.mjs'
import { ensurePackages } from './setup/packages.mjs'
import { ensureRedis } from './setup/redis.mjs'

try {
  checkNode()
  await withLock('set-up', async () => {
    await ensurePackages()
    await ensureNative()
    await ensureDist()
    await ensureDashboard()
    await ensureRedis()
  })
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
