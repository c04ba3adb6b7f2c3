import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { HoneError } from '../../domain/errors.ts'
import type { App } from '../app-type.ts'

/** What one process takes on at a time: beyond it a client is told to come again, and memory stays where it is. */
export interface LoadLimits {
  /** Requests at hand, without the answers that go on. */
  readonly requestsMax?: number
  /** Bytes of their bodies, all together. */
  readonly bodyBytesMax?: number
}

export interface Load {
  /** A request that only waits for something to happen is not at hand any more. */
  letGo(response: ServerResponse): void
}

// A second's work, about: who came later would have given up before the turn comes.
const REQUESTS_MAX = 1000
const BODY_BYTES_MAX = 128 * 2 ** 20
const RETRY_AFTER_SECONDS = 1

/** Refuses what is too much, before anything is read or looked up for it. */
export function limitLoad(app: App, limits: LoadLimits = {}): Load {
  const { requestsMax = REQUESTS_MAX, bodyBytesMax = BODY_BYTES_MAX } = limits
  const atHand = new Map<ServerResponse, number>()
  let bodyBytes = 0

  function letGo(response: ServerResponse): void {
    bodyBytes -= atHand.get(response) ?? 0
    atHand.delete(response)
  }

  app.addHook('onRequest', (request, reply, done) => {
    if (isProbe(request)) return done()
    const bytes = bytesToCome(request)
    // One body alone may be as large as its route takes.
    const isTooLarge = bytes > 0 && bodyBytes > 0 && bodyBytes + bytes > bodyBytesMax
    if (atHand.size >= requestsMax || isTooLarge) {
      // The rest of its body is nobody's business.
      reply.header('connection', 'close')
      return done(overloaded('This process has as many requests at hand as it takes'))
    }
    atHand.set(reply.raw, bytes)
    bodyBytes += bytes
    reply.raw.once('close', () => letGo(reply.raw))
    return done()
  })
  return { letGo }
}

export function overloaded(what: string): HoneError {
  const detail = `${what}: try again in ${RETRY_AFTER_SECONDS} s, or ask another one.`
  return new HoneError('overloaded', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}

/** Whoever watches over the process must see it then above all. */
function isProbe({ url }: FastifyRequest): boolean {
  return url.startsWith('/health/') || url === '/metrics'
}

/** What it says, or as much as its route takes. */
function bytesToCome(request: FastifyRequest): number {
  const { 'transfer-encoding': encoding, 'content-length': length } = request.headers
  return encoding === undefined ? Number(length ?? 0) : (request.routeOptions.bodyLimit ?? 0)
}
