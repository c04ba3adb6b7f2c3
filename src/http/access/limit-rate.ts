import rateLimit from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import { HoneError } from '../../domain/errors.ts'
import type { App } from '../app-type.ts'

/** Counts something that a caller does within a minute. @throws too-many-requests beyond its limit. */
export type Limiter = (request: FastifyRequest) => Promise<void>

const WINDOW_MS = 60_000

/** Of this process alone, in memory. Callers are told apart by their token, or by their address where they have none. */
export async function rateLimiters(app: App): Promise<(perMinute: number) => Limiter> {
  await app.register(rateLimit, { global: false })
  return (perMinute) => {
    const count = app.createRateLimit({
      max: perMinute,
      timeWindow: WINDOW_MS,
      keyGenerator: ({ token, ip }) => token?.id ?? ip,
    })
    return async (request) => {
      const counted = await count(request)
      if (counted.isAllowed || !counted.isExceeded) return
      const retryAfterSeconds = counted.ttlInSeconds
      const detail = `More than ${perMinute} requests within a minute: go on in ${retryAfterSeconds} s.`
      throw new HoneError('too-many-requests', detail, { retryAfterSeconds })
    }
  }
}
