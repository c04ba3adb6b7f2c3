import type { ServiceDeps } from './deps.ts'

/** Whether requests can be served: the storage answers. */
export async function isReady(deps: ServiceDeps): Promise<boolean> {
  return deps.store.ping().then(
    () => true,
    () => false,
  )
}
