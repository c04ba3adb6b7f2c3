import type { Composition } from './compose.ts'
import { needsTokens, rateLimitPerMinute } from './config.ts'
import type { AppOptions } from './http/app.ts'
import { createAuthenticator } from './services/tokens.ts'

/** Who is let in, by the settings. @throws Error when strangers could reach the service and it would not ask for a token. */
export function accessOptions({
  config,
  tokens,
}: Composition): Pick<AppOptions, 'access' | 'trustedProxies'> {
  const authenticate = needsTokens(config) && createAuthenticator(tokens, config.HONE_TOKEN)
  return {
    access: {
      ...(authenticate && { authenticate }),
      requestsPerMinute: rateLimitPerMinute(config),
      allowedHosts: config.HONE_ALLOWED_HOSTS,
    },
    trustedProxies: config.HONE_TRUSTED_PROXIES,
  }
}
