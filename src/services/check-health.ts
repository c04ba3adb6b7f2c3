import type { ServiceDeps } from './deps.ts'

/** Whether requests can be served: the storage answers, and takes every change. */
export async function isReady(deps: ServiceDeps): Promise<boolean> {
  return deps.store.ping().then(
    () => true,
    (err) => {
      deps.logger.warn({ err }, 'not ready')
      return false
    },
  )
}
