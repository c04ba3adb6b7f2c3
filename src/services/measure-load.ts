import { HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import type { ServiceDeps } from './deps.ts'
import type { Load } from './ports/job-queue.ts'
import type { StudyRecord } from './ports/study-records.ts'
import type { StudyStore } from './ports/study-store.ts'

// One after the other would take as many round trips; all at once would keep others waiting.
const STUDIES_A_READ = 50

/** How much there is to do, all told. @throws storage-unavailable */
export async function measureLoad({ store, jobs }: ServiceDeps): Promise<Load> {
  const ids = await store.listOpenStudies()
  const trials: Record<string, number> = {}
  for (let i = 0; i < ids.length; i += STUDIES_A_READ) {
    const records = await Promise.all(ids.slice(i, i + STUDIES_A_READ).map((id) => findStudy(store, id)))
    for (const [state, count] of records.flatMap((record) => Object.entries(record?.counts ?? {})))
      trials[state] = (trials[state] ?? 0) + count
  }
  return { openStudies: ids.length, trials, jobs: await jobs.countJobs() }
}

/** Undefined when it was deleted meanwhile. */
async function findStudy(store: StudyStore, id: StudyId): Promise<StudyRecord | undefined> {
  return store.getStudy(id).catch((error: unknown) => {
    if (error instanceof HoneError && error.code === 'study-not-found') return undefined
    throw error
  })
}
