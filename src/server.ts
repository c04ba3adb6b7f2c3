import { needsTokens, rateLimitPerMinute } from './config.ts'
import { buildApp } from './http/app.ts'
import { runProcess } from './run-process.ts'
import { createAuthenticator } from './services/tokens.ts'

// A client is better served by a 503 with Retry-After than by waiting: Redis answers in under a millisecond.
const ANSWER_MS_MAX = 500

await runProcess(
  'api',
  async ({ config, deps, tokens, logger }) => {
    const authenticate = needsTokens(config) && createAuthenticator(tokens, config.HONE_TOKEN)
    const app = await buildApp(deps, {
      logger,
      access: { ...(authenticate && { authenticate }), requestsPerMinute: rateLimitPerMinute(config) },
      corsOrigins: config.HONE_CORS_ORIGINS,
      trustedProxies: config.HONE_TRUSTED_PROXIES,
    })
    const url = await app.listen({ host: config.HONE_HOST, port: config.HONE_PORT })
    logger.info({ url }, 'api listening')
    process.send?.({ type: 'listening', url })
    return () => app.close()
  },
  ANSWER_MS_MAX,
)
