import { accessOptions } from './access-options.ts'
import type { Composition } from './compose.ts'
import { buildProbeApp } from './http/app.ts'

/**
 * For a process that serves no API: its health and metrics on HONE_METRICS_PORT, when that is set.
 *
 * @returns how to end it.
 */
export async function serveProbes(composition: Composition): Promise<() => Promise<void>> {
  const { config, deps, logger, metrics } = composition
  const port = config.HONE_METRICS_PORT
  if (port === undefined) return async () => {}
  const app = await buildProbeApp(deps, { logger, metrics, ...accessOptions(composition) })
  const url = await app.listen({ host: config.HONE_HOST, port })
  logger.info({ url }, 'metrics listening')
  return () => app.close()
}
