import { loadConfig } from './config.ts'
import { startStack } from './launcher/stack.ts'
import { createLogger } from './telemetry/logger.ts'

/**
 * `npm start`: serves until it is stopped. Logs go to stdout, words for a person to stderr. A parent with a channel
 * is told how it went, see quickstart/background.ts.
 */
const STDOUT = 1

try {
  const config = loadConfig()
  const starting = startStack(config, {
    logger: createLogger('launcher', config.HONE_LOG_LEVEL),
    output: STDOUT,
  })
  endOnSignal(async () => (await starting).stop())
  const { url } = await starting
  process.send?.({ url })
  const data = config.REDIS_URL ? '' : `, data in ${config.HONE_DATA_DIR}`
  console.error(`Hone is up on ${url} (try it on ${url}/docs)${data}. Ctrl-C stops it.`)
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  console.error(message)
  process.send?.({ message })
  process.exitCode = 1
}

function endOnSignal(stop: () => Promise<void>): void {
  let isEnding = false
  const end = async () => {
    // The second Ctrl-C is from somebody who will not wait; the processes end with this one.
    if (isEnding) process.exit(1)
    isEnding = true
    console.error('Stopping.')
    // A start that failed says so itself.
    await stop().catch(() => {})
    process.exit()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end())
}
