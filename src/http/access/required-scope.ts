import type { Scope } from '../../domain/token.ts'

export interface GuardedRoute {
  /** As the route was declared: `/v1/studies/:study`. */
  readonly url?: string | undefined
  readonly method: string | readonly string[]
  readonly config?: { readonly scope?: Scope } | undefined
}

/**
 * What a token must be good for on a route: what its config says; otherwise `read` for what reads and `write` for what
 * changes something under /v1. The rest (probes, pages, the document) is for everybody: undefined.
 */
export function requiredScope({ url, method, config }: GuardedRoute): Scope | undefined {
  if (config?.scope) return config.scope
  if (!url?.startsWith('/v1/')) return undefined
  const reads = [method].flat().every((one) => one === 'GET' || one === 'HEAD')
  return reads ? 'read' : 'write'
}
