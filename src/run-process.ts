import { type Composition, compose } from './compose.ts'
import { loadConfig, maskedConfig } from './config.ts'
import { createLogger } from './telemetry/logger.ts'

/**
 * The life of one process: settings, connections, `start`, and a clean end on SIGTERM, SIGINT or the end of the
 * parent that spawned it with an IPC channel. Exits 1 when it cannot start or cannot end in time.
 *
 * @param start brings the process up and returns how to bring it down.
 * @param answerMs longest that the storage's answer is waited for; a worker's patience unless given.
 */
export async function runProcess(
  name: string,
  start: (composition: Composition) => Promise<() => Promise<void>>,
  answerMs?: number,
): Promise<void> {
  try {
    const config = loadConfig()
    // OpenTelemetry is large: it is not loaded for nothing.
    const endExport = config.OTEL_EXPORTER_OTLP_ENDPOINT
      ? (await import('./telemetry/export-spans.ts')).exportSpans(name)
      : async () => {}
    const composition = compose(config, createLogger(name, config.HONE_LOG_LEVEL), answerMs)
    composition.logger.info({ config: maskedConfig(config) }, 'process started')
    const stop = await start(composition)
    endOnSignal(composition, async () => {
      await stop()
      await endExport()
    })
    process.send?.({ type: 'ready' })
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

function endOnSignal({ config, logger, close }: Composition, stop: () => Promise<void>): void {
  let ending = false
  const end = async (cause: string) => {
    if (ending) return
    ending = true
    logger.info({ cause }, 'shutdown started')
    setTimeout(() => process.exit(1), config.HONE_SHUTDOWN_MS).unref()
    await stop().catch((err) => logger.error({ err }, 'shutdown failed'))
    await close().catch((err) => logger.error({ err }, 'connections not closed'))
    logger.info({ cause }, 'process ended')
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(signal))
  process.once('disconnect', () => end('parent gone'))
}
