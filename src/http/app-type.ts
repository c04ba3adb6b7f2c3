import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ErrorCode } from '../domain/errors.ts'
import type { Scope, Token } from '../domain/token.ts'

/** The Fastify instance as the routes see it: bodies, queries and answers are typed by their zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The error that a body is which does not fit the route's schema. */
    invalidBody?: ErrorCode
    /** What a token must be good for, where access/required-scope.ts would say otherwise. */
    scope?: Scope
  }
  interface FastifyRequest {
    /** Of who asks; undefined where nobody needs one. */
    token?: Token
    /** Asks anew, for an answer that goes on: a token may be revoked, or expire. A storage that is away refuses nobody. */
    isStillLetIn: () => Promise<boolean>
  }
}
