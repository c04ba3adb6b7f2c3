import type { FastifySchema } from 'fastify'
import type { App } from '../app-type.ts'
import { problems } from '../schemas/problem.ts'
import { requiredScope } from './required-scope.ts'

type Responses = Record<string, { description: string }>

/** In the document: a bearer token, of which `{}` says that it is optional, as on a loopback address. */
export const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description:
      'Made by `npm run token -- create`. Not needed where the service listens on a loopback address only.',
  },
} as const

const GUARDED = ['unauthenticated', 'forbidden', 'storage-unavailable'] as const
const READS = ['GET', 'HEAD']
/** A body is looked at wherever one could be. */
const BODY = ['malformed-request', 'body-too-large', 'unsupported-media-type'] as const

/**
 * Has every route added from here on say in the document what any route may answer: what token it takes, how it refuses
 * others, what is no body, and that a part of the path which is too long for any id is no path at all.
 */
export function describeAccess(app: App): void {
  app.addHook('onRoute', (route) => {
    const schema: FastifySchema | undefined = route.schema
    if (!schema || schema.hide) return
    const scope = requiredScope(route)
    const refusals = problems(
      'foreign-page',
      'too-many-requests',
      'overloaded',
      ...(scope ? GUARDED : []),
      ...(route.url.includes('/:') ? (['not-found'] as const) : []),
      ...(READS.includes([route.method].flat()[0]!) ? [] : BODY),
    )
    if (scope) schema.security = [{ token: [scope] }, {}]
    schema.response = merge(schema.response as Responses, refusals)
  })
}

/** A status that a route has for other reasons too is described by both. */
function merge(own: Responses, added: Responses): Responses {
  const merged = { ...own }
  for (const [status, response] of Object.entries(added)) {
    const { description } = own[status] ?? {}
    const both = description?.includes(response.description)
      ? description
      : [description, response.description]
    merged[status] = description ? { ...own[status], description: [both].flat().join(' or ') } : response
  }
  return merged
}
