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

declare module 'fastify' {
  interface FastifyReply {
    /** Has the request be no more at hand, as when it only waits for something to happen. */
    letGo?: () => void
  }
}

// A second's work, about: who came later would have given up before the turn comes.
const REQUESTS_MAX = 1000
const BODY_BYTES_MAX = 128 * 2 ** 20
const RETRY_AFTER_SECONDS = 1

/** Refuses what is too much, before anything is read or looked up for it. */
export function limitLoad(app: App, limits: LoadLimits = {}): void {
  const { requestsMax = REQUESTS_MAX, bodyBytesMax = BODY_BYTES_MAX } = limits
  // Counts, and no collection of requests: of a Map that much goes through, V8's outgrown tables lead to one another
  // and to all that was in them, and keep it from being thrown away young.
  let requests = 0
  let bodyBytes = 0

  /** @returns what takes it off again, the first time. */
  function takeOn(bytes: number): () => void {
    let isAtHand = true
    requests++
    bodyBytes += bytes
    return () => {
      if (!isAtHand) return
      isAtHand = false
      requests--
      bodyBytes -= bytes
    }
  }

  app.decorateReply('letGo')
  app.addHook('onRequest', (request, reply, done) => {
    if (isProbe(request)) return done()
    const bytes = bytesToCome(request)
    // One body alone may be as large as its route takes.
    const isTooLarge = bytes > 0 && bodyBytes > 0 && bodyBytes + bytes > bodyBytesMax
    if (requests >= requestsMax || isTooLarge) {
      // The rest of its body is nobody's business.
      reply.header('connection', 'close')
      return done(overloaded('This process has as many requests at hand as it takes'))
    }
    const letGo = takeOn(bytes)
    reply.letGo = letGo
    reply.raw.on('close', letGo)
    return done()
  })
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
