import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../services/ports/logger.ts'
import type { Running } from './start-process.ts'

export interface KeptRunning {
  /** Of the process that runs now. */
  pid(): number | undefined
  stop(): Promise<void>
}

// The first restart is at once, for a process that was killed; one that keeps dying gets ever more time.
const DELAY_MS_FIRST = 50
const DELAY_MS_MAX = 5_000
// A process that lived this long was well.
const WELL_MS = 10_000

/**
 * Starts something, and starts it again whenever it ends, until it is stopped.
 *
 * @throws what the first start throws: what never came up is not worth repeating.
 */
export async function keepRunning<T extends Running>(
  name: string,
  start: () => Promise<T>,
  logger: Logger,
): Promise<KeptRunning & { first: T }> {
  const first = await start()
  const stopping = new AbortController()
  let current: Running | undefined = first
  let delayMs = DELAY_MS_FIRST

  async function watch(): Promise<void> {
    while (current && !stopping.signal.aborted) {
      const startedAt = performance.now()
      const ending = await current.exited
      if (stopping.signal.aborted) return
      logger.warn({ child: name, ending }, 'child process ended unasked')
      if (performance.now() - startedAt > WELL_MS) delayMs = DELAY_MS_FIRST
      current = await startAgain()
    }
  }

  async function startAgain(): Promise<Running | undefined> {
    while (!stopping.signal.aborted) {
      await delay(delayMs, undefined, { signal: stopping.signal }).catch(() => {})
      delayMs = Math.min(delayMs * 2, DELAY_MS_MAX)
      if (stopping.signal.aborted) return undefined
      const started = await start().catch((err: unknown) =>
        logger.error({ child: name, err }, 'start failed'),
      )
      if (!started) continue
      logger.info({ child: name, pid: started.pid }, 'child process started again')
      return started
    }
    return undefined
  }

  const watched = watch()
  return {
    first,
    pid: () => current?.pid,
    async stop() {
      stopping.abort()
      await current?.stop()
      await watched
      // What was being started when the stop came.
      await current?.stop()
    },
  }
}
