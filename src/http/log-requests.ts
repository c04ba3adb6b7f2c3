import type { App } from './app-type.ts'

/** One line a request, when it was answered. Probes come every few seconds, so they are at debug. */
export function logRequests(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, url } = request
    const fields = {
      method,
      url,
      statusCode: reply.statusCode,
      tokenId: request.token?.id,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
    }
    request.log[url.startsWith('/health/') ? 'debug' : 'info'](fields, 'request answered')
  })
}
