import { setTimeout as delay } from 'node:timers/promises'
import { HoneError } from '../../domain/errors.ts'

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
      const away = error instanceof HoneError && error.code === 'storage-unavailable'
      if (!away || signal.aborted) throw error
      await delay(waitMs, undefined, { signal }).catch(() => {}) // an abort leads to one last try
    }
  }
}
