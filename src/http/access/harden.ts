import type { IncomingMessage, ServerResponse } from 'node:http'
import cors from '@fastify/cors'
import helmet from 'helmet'
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
  'content-disposition',
]
const PREFLIGHT_SECONDS = 600
const POLICY = 'Content-Security-Policy'

/** Headers that keep browsers from doing what nobody meant. @param origins pages that may call the API from scripts. */
export async function harden(app: App, origins: readonly string[]): Promise<void> {
  const { [POLICY]: policy, ...headers } = securityHeaders()
  // What a 304 leaves out stays as it is in the answer that it is about; RFC 9111, 3.2.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.statusCode !== 304) {
      reply.headers(headers)
      // A page may have a stricter one of its own.
      if (!reply.hasHeader(POLICY)) reply.header(POLICY, policy)
    }
    done(null, payload)
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

/** Worked out once: they are the same for every answer. */
function securityHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  const response = {
    setHeader: (name: string, value: string) => {
      headers[name] = value
    },
    removeHeader: () => {},
  }
  const setAll = helmet({
    // Whether there is TLS is for the proxy in front to say: told to upgrade, a browser would not find /docs by HTTP.
    strictTransportSecurity: false,
    contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } },
  })
  setAll({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error) throw error as Error
  })
  return headers
}
