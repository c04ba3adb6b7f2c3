import { parseTraceparent, type Span, startSpan } from '../telemetry/trace.ts'
import type { App } from './app-type.ts'

declare module 'fastify' {
  interface FastifyRequest {
    span?: Span
  }
}

/** Has each request belong to the trace that its `traceparent` names, or begin one; deps-for.ts hands it on. */
export function traceRequests(app: App): void {
  app.decorateRequest('span')
  app.addHook('onRequest', (request, _reply, done) => {
    const parent = parseTraceparent([request.headers.traceparent].flat()[0])
    request.span = startSpan('server', `${request.method} ${request.routeOptions.url ?? ''}`.trim(), parent)
    done()
  })
  app.addHook('onResponse', (request, { statusCode }, done) => {
    const attributes = () => ({
      'http.request.method': request.method,
      'http.route': request.routeOptions.url ?? '',
      'http.response.status_code': statusCode,
    })
    request.span?.end(attributes, statusCode >= 500)
    done()
  })
}
