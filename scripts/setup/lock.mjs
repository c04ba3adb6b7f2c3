import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { PROJECT } from './project.mjs'
import { report } from './report.mjs'

/**
 * Does `work` while no other process does the same for this clone. The lock is a socket in Linux's abstract
 * namespace: the kernel lets go of it when its holder ends, however it ends, so none is ever left behind.
 *
 * @param {string} name
 * @param {() => Promise<void>} work
 */
export async function withLock(name, work) {
  const address = `\0hone-${createHash('sha256').update(`${name} ${PROJECT}`).digest('hex').slice(0, 32)}`
  const lock = await acquire(address, name)
  try {
    await work()
  } finally {
    lock.close()
  }
}

/** @param {string} address @param {string} name */
async function acquire(address, name) {
  for (let attempt = 0; ; attempt++) {
    const lock = await listen(address)
    if (lock) return lock
    if (attempt === 0) report(`Another ${name} is under way: waiting for it.`)
    await delay(200)
  }
}

/**
 * @param {string} address
 * @returns the server; undefined when another process has it.
 */
function listen(address) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(address, () => resolve(server))
  })
}
