import { setTimeout as delay } from 'node:timers/promises'
import { isCode } from '../../domain/errors.ts'

const FIRST_WAIT_MS = 50
const LONGEST_WAIT_MS = 2000

/**
 * Repeats an idempotent operation while the storage is away: finished work is held, not thrown away.
 * @throws what the operation throws once `signal` has aborted, or for any other cause at once.
 */
export async function untilAvailable<T>(operation: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await operation()
    } catch (error) {
      if (!isCode(error, 'storage-unavailable') || signal.aborted) throw error
      await delay(waitMs, undefined, { signal }).catch(() => {}) // an abort leads to one last try
    }
  }
}
