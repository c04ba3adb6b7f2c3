import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ServiceDeps } from '../services/deps.ts'
import { once } from '../services/once.ts'

/** The headers of a request that makes something. */
export const IdempotencyHeadersSchema = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      'Any text of your own, such as a UUID. Sent again with the same body within 24 h, the request makes nothing new and gets the first answer.',
    ),
})

/** What of a request tells it from others. */
type KeyedRequest = Pick<FastifyRequest, 'headers' | 'method' | 'url' | 'body'>

/** Something new and where it is. */
export interface Created<View> {
  readonly location: string
  readonly view: View
}

/**
 * Answers 201 with what `create` makes, or with what it made when the same request came before.
 *
 * @param create gets a token by which the store recognizes the request; see services/once.ts.
 */
export async function answerOnce<View>(
  deps: ServiceDeps,
  request: KeyedRequest,
  reply: FastifyReply,
  create: (token: string | undefined) => Promise<Created<View>>,
): Promise<View> {
  const { location, view } = await repeatable(deps, request, reply, create)
  reply.code(201).header('location', location)
  return view
}

/** What `make` gives, or gave when the same request came before; see services/once.ts. */
export async function repeatable<Thing>(
  deps: ServiceDeps,
  { headers, method, url, body }: KeyedRequest,
  reply: FastifyReply,
  make: (token: string | undefined) => Promise<Thing>,
  isMade?: (thing: Thing) => boolean,
): Promise<Thing> {
  const key = headers['idempotency-key'] as string | undefined
  const made = await once(deps, { key, scope: `${method} ${url}`, content: body }, make, isMade)
  if (made.isRepeated) reply.header('idempotency-replayed', 'true')
  return made.thing
}
