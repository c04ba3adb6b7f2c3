import type { FastifyReply, FastifyRequest } from 'fastify'
import { HoneError } from '../domain/errors.ts'
import type { App } from './app-type.ts'
import { toProblem } from './problem.ts'

// Redis restarts in well under a second, and clients reconnect within two.
const RETRY_AFTER_SECONDS = 2

/** Every error, the unknown route's included, leaves as application/problem+json. */
export function answerProblems(app: App): void {
  app.setErrorHandler(answerProblem)
  app.setNotFoundHandler(refuseUnknownRoute)
  // Before the body is looked at: whatever it is, nothing would take it.
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) refuseUnknownRoute(request)
    done()
  })
}

function refuseUnknownRoute({ method, url }: FastifyRequest): never {
  const path = url.split('?', 1)[0]
  throw new HoneError('not-found', `Nothing answers ${method} ${path}. /openapi.json lists what does.`)
}

export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { invalidBody } = request.routeOptions?.config ?? {}
  const problem = toProblem(error, { url: request.url, requestId: request.id, invalidBody })
  if (problem.status >= 500)
    request.log.error(
      { traceId: request.span?.context.traceId, err: error, code: problem.type.split('/').at(-1) },
      'request failed',
    )
  const retryAfterSeconds = error instanceof HoneError ? error.retryAfterSeconds : undefined
  if (retryAfterSeconds ?? (problem.status === 503 || problem.type.endsWith('/request-in-progress')))
    reply.header('retry-after', retryAfterSeconds ?? RETRY_AFTER_SECONDS)
  // Closing the connection under a body that is still coming would lose the answer; Node reads the rest and drops it.
  if (problem.status === 413) reply.removeHeader('connection')
  return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem)
}
