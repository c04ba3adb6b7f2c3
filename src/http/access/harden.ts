import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { App } from '../app-type.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
/** What scripts of another origin may read of an answer, besides what every answer has. */
const EXPOSED = [
  'etag',
  'location',
  'retry-after',
  'x-request-id',
  'idempotency-replayed',
  'www-authenticate',
]
const PREFLIGHT_SECONDS = 600

/** Headers that keep browsers from doing what nobody meant. @param origins pages that may call the API from scripts. */
export async function harden(app: App, origins: readonly string[]): Promise<void> {
  await app.register(helmet, {
    // Whether there is TLS is for the proxy in front to say: told to upgrade, a browser would not find /docs by HTTP.
    strictTransportSecurity: false,
    contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } },
  })
  if (origins.length === 0) return
  await app.register(cors, {
    origin: [...origins],
    methods: METHODS,
    exposedHeaders: EXPOSED,
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  })
}
