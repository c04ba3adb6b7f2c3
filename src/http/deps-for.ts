import type { FastifyRequest } from 'fastify'
import type { ServiceDeps } from '../services/deps.ts'
import { formatTraceparent } from '../telemetry/trace.ts'

/**
 * What services are given on behalf of a request that changes something: their lines say which it was, and their jobs
 * carry its trace on. Handed on explicitly, because AsyncLocalStorage has a price at every promise of a process
 * on Node 20; see ARCHITECTURE.md.
 */
export function depsFor(deps: ServiceDeps, { id, log, span }: FastifyRequest): ServiceDeps {
  const { context } = span!
  const trace = { traceparent: formatTraceparent(context), requestId: id }
  return { ...deps, logger: log.child({ traceId: context.traceId }), jobs: deps.jobs.within(trace) }
}
