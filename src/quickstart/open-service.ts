import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { findService } from '../launcher/claim-data-dir.ts'
import { startStack } from '../launcher/stack.ts'
import { createLogger } from '../telemetry/logger.ts'
import { startInBackground } from './background.ts'

export interface Service {
  readonly url: string
  /** Of the process to end when the service is to stop; undefined when it ends with this one. */
  readonly staysAs: number | undefined
  /** Where its processes log; undefined when this process did not start it. */
  readonly logFile?: string
  /** Ends it, unless it is to stay. */
  close(): Promise<void>
}

/**
 * The service that has the data directory, when there is one; otherwise one of its own on a free port, or one that
 * stays on HONE_PORT.
 */
export async function openService(config: Config, keep: boolean): Promise<Service> {
  const running = config.REDIS_URL ? undefined : await findService(config.HONE_DATA_DIR)
  if (running) return { url: running.url, staysAs: running.pid, close: async () => {} }
  mkdirSync(config.HONE_DATA_DIR, { recursive: true, mode: 0o700 })
  const logFile = join(config.HONE_DATA_DIR, 'hone.log')
  const output = openSync(logFile, 'a')
  if (keep) {
    const { url, pid } = await startInBackground(output)
    return { url, staysAs: pid, logFile, close: async () => {} }
  }
  const logger = createLogger('launcher', config.HONE_LOG_LEVEL, output)
  const stack = await startStack({ ...config, HONE_PORT: 0 }, { logger, output })
  return { url: stack.url, staysAs: undefined, logFile, close: stack.stop }
}
