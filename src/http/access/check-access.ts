import type { FastifyRequest } from 'fastify'
import { HoneError, isCode } from '../../domain/errors.ts'
import { allows, type Token } from '../../domain/token.ts'
import type { Authenticate } from '../../services/tokens.ts'
import type { App } from '../app-type.ts'
import { type Limiter, rateLimiters } from './limit-rate.ts'
import { requiredScope } from './required-scope.ts'

export interface AccessOptions {
  /** Tells whose a token is; without it, on a loopback address, nobody needs one. */
  readonly authenticate?: Authenticate
  /** Requests that one token, or one address without, may make within a minute; 0 for any number. */
  readonly requestsPerMinute?: number
  /** Names besides localhost that the service goes by; where nobody needs a token, it answers to no other. */
  readonly allowedHosts?: readonly string[]
}

// Nobody mistypes a token more often; who keeps trying is told to wait. Each is looked up all the same, which costs the
// store less than the request costs this process: refused by its address alone, a good one behind the same proxy would be too.
const REFUSALS_PER_MINUTE = 60

/** Lets through who has a token that is good for the route, and not too often. */
export async function checkAccess(app: App, options: AccessOptions): Promise<void> {
  const { authenticate, requestsPerMinute = 0 } = options
  app.decorateRequest('token')
  app.decorateRequest('isStillLetIn', async function (this: FastifyRequest) {
    return !authenticate || !(await isRefused(authenticate, this))
  })
  if (!authenticate && requestsPerMinute === 0) return
  const limiter = await rateLimiters(app)
  const countRequest = limiter(requestsPerMinute)
  const countRefusal = limiter(REFUSALS_PER_MINUTE)
  app.addHook('onRequest', async (request, reply) => {
    const { url, config } = request.routeOptions
    const scope = authenticate && requiredScope({ url, method: request.method, config })
    if (scope) {
      // Whenever it comes to a refusal; RFC 9110, 11.6.1.
      reply.header('www-authenticate', 'Bearer realm="hone"')
      request.token = await identify(authenticate, request, countRefusal)
      reply.removeHeader('www-authenticate')
    }
    if (requestsPerMinute > 0 && !request.url.startsWith('/health/')) await countRequest(request)
    if (scope && !allows(request.token!, scope)) throw forbidden(request.token!, scope)
  })
}

async function identify(
  authenticate: Authenticate,
  request: FastifyRequest,
  countRefusal: Limiter,
): Promise<Token> {
  try {
    return await authenticate(bearerToken(request))
  } catch (error) {
    if (isCode(error, 'unauthenticated')) await countRefusal(request)
    throw error
  }
}

async function isRefused(authenticate: Authenticate, request: FastifyRequest): Promise<boolean> {
  return authenticate(bearerToken(request)).then(
    () => false,
    (error: unknown) => isCode(error, 'unauthenticated'),
  )
}

function bearerToken({ headers }: FastifyRequest): string {
  const [, text] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? []
  if (text) return text
  throw new HoneError(
    'unauthenticated',
    'Send a token in the header `Authorization: Bearer ...`. `npm run token -- create --scope write` makes one.',
  )
}

function forbidden({ scopes }: Token, scope: string): HoneError {
  const detail = `This needs a token with the scope ${scope}; the one that was sent has ${scopes.join(', ')}.`
  return new HoneError('forbidden', detail)
}
