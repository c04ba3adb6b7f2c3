import { HoneError } from '../domain/errors.ts'
import type { ServiceDeps } from './deps.ts'
import type { Load } from './ports/job-queue.ts'

/** How much there is to do, all told. @throws storage-unavailable */
export async function measureLoad({ store, jobs }: ServiceDeps): Promise<Load> {
  const ids = await store.listOpenStudies()
  const trials: Record<string, number> = {}
  for (const id of ids) {
    const record = await store.getStudy(id).catch((error: unknown) => {
      // Deleted meanwhile.
      if (error instanceof HoneError && error.code === 'study-not-found') return undefined
      throw error
    })
    for (const [state, count] of Object.entries(record?.counts ?? {}))
      trials[state] = (trials[state] ?? 0) + count
  }
  return { openStudies: ids.length, trials, jobs: await jobs.countJobs() }
}
