import { z } from 'zod'
import type { ServiceDeps } from '../../services/deps.ts'
import { createLoadMeter } from '../../services/measure-load.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { App } from '../app-type.ts'
import { problems } from '../schemas/problem.ts'

/** Has every answer from here on counted, and shows what was. */
export function metricsRoute(app: App, deps: ServiceDeps, metrics: Metrics): void {
  app.addHook('onResponse', ({ method, routeOptions }, { statusCode, elapsedTime }, done) => {
    metrics.requestAnswered(method, routeOptions.url ?? 'none', statusCode, elapsedTime / 1000)
    done()
  })
  const measureLoad = createLoadMeter(deps)
  const schema = {
    operationId: 'getMetrics',
    summary: 'What this process counts, for Prometheus',
    tags: ['service'],
    response: {
      200: { description: 'OK', content: { 'text/plain': { schema: z.string() } } },
      ...problems(),
    },
  }
  app.get('/metrics', { schema, config: { scope: 'read' } }, async (_request, reply) => {
    // A storage that is away is itself worth knowing, and no reason to hide the rest.
    const load = await measureLoad().catch(() => undefined)
    return reply.type(metrics.contentType).send(await metrics.render(load))
  })
}
