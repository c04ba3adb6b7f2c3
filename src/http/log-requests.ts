import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './app-type.ts'

/** One line a request, when it was answered. */
export function logRequests(app: App): void {
  const saysAll = ['debug', 'trace'].includes(app.log.level)
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    if (!isQuiet(request, reply)) request.log.info(fieldsOf(request, reply), 'request answered')
    else if (saysAll) request.log.debug(fieldsOf(request, reply), 'request answered')
    done()
  })
}

/** Probes, and polls that found nothing new, come every few seconds and say nothing. */
function isQuiet({ url }: FastifyRequest, { statusCode }: FastifyReply): boolean {
  return statusCode === 304 || url.startsWith('/health/')
}

function fieldsOf(
  { method, url, token, span }: FastifyRequest,
  { statusCode, elapsedTime }: FastifyReply,
): object {
  const durationMs = Math.round(elapsedTime * 10) / 10
  return { traceId: span?.context.traceId, method, url, statusCode, tokenId: token?.id, durationMs }
}
