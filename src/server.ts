import { accessOptions } from './access-options.ts'
import { buildApp } from './http/app.ts'
import { runProcess } from './run-process.ts'
import { tellWebhooks } from './tell-webhooks.ts'

// A client is better served by a 503 with Retry-After than by waiting: Redis answers in under a millisecond.
const ANSWER_MS_MAX = 500

await runProcess(
  'api',
  async (composition) => {
    const { config, deps, metrics, logger } = composition
    const corsOrigins = config.HONE_CORS_ORIGINS
    const app = await buildApp(deps, { logger, metrics, corsOrigins, ...accessOptions(composition) })
    const url = await app.listen({ host: config.HONE_HOST, port: config.HONE_PORT })
    logger.info({ url }, 'api listening')
    process.send?.({ type: 'listening', url })
    const stopTelling = tellWebhooks(composition)
    return async () => {
      await Promise.all([app.close(), stopTelling()])
    }
  },
  ANSWER_MS_MAX,
)
