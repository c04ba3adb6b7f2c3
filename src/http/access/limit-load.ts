import type { FastifyRequest } from 'fastify'
import { HoneError } from '../../domain/errors.ts'
import type { App } from '../app-type.ts'

/** What one process takes on at a time: beyond it a client is told to come again, and memory stays where it is. */
export interface LoadLimits {
  /** Requests at hand, without the answers that go on. */
  readonly requestsMax?: number
  /** Bytes of their bodies, all together, without the files. */
  readonly bodyBytesMax?: number
  /** Bytes of files, on routes that take larger bodies than the others. */
  readonly fileBytesMax?: number
}

declare module 'fastify' {
  interface FastifyReply {
    /** Has the request be no more at hand, as when it only waits for something to happen. */
    letGo?: () => void
  }
}

// A second's work, about: who came later would have given up before the turn comes.
const REQUESTS_MAX = 1000
const BODY_BYTES_MAX = 64 * 2 ** 20
// Four of the largest.
const FILE_BYTES_MAX = 128 * 2 ** 20
const RETRY_AFTER_SECONDS = 1

/** Bytes that are announced to come, of one kind of bodies: those of files keep nobody else out. */
interface Pool {
  readonly bytesMax: number
  /** So little is always taken, whatever others hold: what all requests could have of it at once. */
  readonly share: number
  bytes: number
}

/** Refuses what is too much, before anything is read or looked up for it. */
export function limitLoad(app: App, limits: LoadLimits = {}): void {
  const { requestsMax = REQUESTS_MAX, bodyBytesMax = BODY_BYTES_MAX, fileBytesMax = FILE_BYTES_MAX } = limits
  // Counts, and no collection of requests: of a Map that much goes through, V8's outgrown tables lead to one another
  // and to all that was in them, and keep it from being thrown away young.
  const bodies: Pool = { bytesMax: bodyBytesMax, share: bodyBytesMax / requestsMax, bytes: 0 }
  const files: Pool = { bytesMax: fileBytesMax, share: 0, bytes: 0 }
  let requests = 0

  /** @returns what takes it off again, the first time. */
  function takeOn(pool: Pool, bytes: number): () => void {
    let isAtHand = true
    requests++
    pool.bytes += bytes
    return () => {
      if (!isAtHand) return
      isAtHand = false
      requests--
      pool.bytes -= bytes
    }
  }

  app.decorateReply('letGo')
  app.addHook('onRequest', (request, reply, done) => {
    if (isProbe(request)) return done()
    const pool = bodyLimitOf(request) > app.initialConfig.bodyLimit! ? files : bodies
    const bytes = bytesToCome(request)
    if (requests >= requestsMax || isTooLarge(pool, bytes)) {
      // The rest of its body is nobody's business.
      reply.header('connection', 'close')
      return done(overloaded('This process has as many requests at hand as it takes'))
    }
    const letGo = takeOn(pool, bytes)
    reply.letGo = letGo
    reply.raw.on('close', letGo)
    return done()
  })
}

/** One body alone may be as large as its route takes. */
function isTooLarge(pool: Pool, bytes: number): boolean {
  return bytes > pool.share && pool.bytes > 0 && pool.bytes + bytes > pool.bytesMax
}

export function overloaded(what: string): HoneError {
  const detail = `${what}: try again in ${RETRY_AFTER_SECONDS} s, or ask another one.`
  return new HoneError('overloaded', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}

/** Whoever watches over the process must see it then above all. */
function isProbe({ url }: FastifyRequest): boolean {
  return url.startsWith('/health/') || url === '/metrics'
}

/** What it says, though no more than its route takes; that much where it does not say. */
function bytesToCome(request: FastifyRequest): number {
  const { 'transfer-encoding': encoding, 'content-length': length } = request.headers
  const limit = bodyLimitOf(request)
  return encoding === undefined ? Math.min(Number(length ?? 0), limit) : limit
}

function bodyLimitOf({ routeOptions }: FastifyRequest): number {
  return routeOptions.bodyLimit ?? 0
}
