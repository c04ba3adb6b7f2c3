import type { ServiceDeps } from './deps.ts'
import type { Load } from './ports/job-queue.ts'
import { unlessDeleted } from './unless-deleted.ts'

// One after the other would take as many round trips; all at once would keep others waiting.
const STUDIES_A_READ = 50

/** How much there is to do, all told. @throws storage-unavailable */
export async function measureLoad({ store, jobs }: ServiceDeps): Promise<Load> {
  const ids = [...(await store.listOpenStudies()).keys()]
  const trials: Record<string, number> = {}
  for (let i = 0; i < ids.length; i += STUDIES_A_READ) {
    const some = ids.slice(i, i + STUDIES_A_READ)
    const records = await Promise.all(some.map((id) => unlessDeleted(store.getStudy(id))))
    for (const [state, count] of records.flatMap((record) => Object.entries(record?.counts ?? {})))
      trials[state] = (trials[state] ?? 0) + count
  }
  return { openStudies: ids.length, trials, jobs: await jobs.countJobs() }
}
