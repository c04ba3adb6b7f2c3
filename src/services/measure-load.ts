import { isDeepStrictEqual } from 'node:util'
import type { StudyId } from '../domain/ids.ts'
import type { ServiceDeps } from './deps.ts'
import type { Load } from './ports/job-queue.ts'
import type { Look, TrialCounts } from './ports/study-records.ts'
import type { StudyStore } from './ports/study-store.ts'
import { unlessDeleted } from './unless-deleted.ts'

// One after the other would take as many round trips; all at once would keep others waiting.
const STUDIES_A_READ = 50

/** A study's trials by state, when its journal had come so far. */
interface Counted {
  readonly look: Look
  readonly counts: Partial<TrialCounts>
}
type AllCounted = ReadonlyMap<StudyId, Counted>

/**
 * Tells how much there is to do, all told. Studies to which nothing has happened since the last time are not read again.
 * It throws storage-unavailable.
 */
export function createLoadMeter({ store, jobs }: Pick<ServiceDeps, 'store' | 'jobs'>): () => Promise<Load> {
  let known: AllCounted = new Map()
  return async () => {
    const counted = await countAll(store, known)
    known = counted
    const trials: Record<string, number> = {}
    for (const { counts } of counted.values())
      for (const [state, count] of Object.entries(counts)) trials[state] = (trials[state] ?? 0) + count
    return { openStudies: counted.size, trials, jobs: await jobs.countJobs() }
  }
}

async function countAll(store: StudyStore, known: AllCounted): Promise<AllCounted> {
  const open = await store.listOpenStudies()
  const counted = new Map<StudyId, Counted>()
  const changed: StudyId[] = []
  for (const [id, look] of open) {
    const before = known.get(id)
    if (before && isDeepStrictEqual(before.look, look)) counted.set(id, before)
    else changed.push(id)
  }
  for (let i = 0; i < changed.length; i += STUDIES_A_READ) {
    const ids = changed.slice(i, i + STUDIES_A_READ)
    const records = await Promise.all(ids.map((id) => unlessDeleted(store.getStudy(id))))
    for (const [k, id] of ids.entries())
      counted.set(id, { look: open.get(id)!, counts: records[k]?.counts ?? {} })
  }
  return counted
}
