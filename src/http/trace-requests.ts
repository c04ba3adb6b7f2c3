import type { FastifyRequest } from 'fastify'
import { parseTraceparent, type Span, type SpanDescription, startSpan } from '../telemetry/trace.ts'
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
    const { traceparent } = request.headers
    request.span = startSpan('server', parseTraceparent([traceparent].flat()[0]))
    done()
  })
  app.addHook('onResponse', (request, { statusCode }, done) => {
    request.span?.end(() => describe(request, statusCode), statusCode >= 500)
    done()
  })
}

function describe({ method, routeOptions }: FastifyRequest, statusCode: number): SpanDescription {
  const route = routeOptions.url ?? ''
  return {
    name: `${method} ${route}`.trim(),
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': statusCode,
    },
  }
}
