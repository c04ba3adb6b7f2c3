import type { StudyId } from '../../domain/ids.ts'
import { createRecentSnapshots } from '../../domain/recent-snapshots.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { StudyStore } from '../ports/study-store.ts'

/** Snapshots of the studies that were worked on lately: to bring one up to date is to read what has happened since. */
export interface SnapshotCache {
  /** As of now, the same as the store's own. @throws study-not-found */
  load(id: StudyId): Promise<StudySnapshot>
}

// Some 100 MB at half a kB each.
const TRIALS_MAX = 200_000

export function createSnapshotCache(
  store: Pick<StudyStore, 'loadSnapshot'>,
  trialsMax = TRIALS_MAX,
): SnapshotCache {
  const recent = createRecentSnapshots(trialsMax)
  return {
    async load(id) {
      const known = recent.recall(id)
      // Gone until it is read again: a study that cannot be read may be deleted.
      recent.forget(id)
      const snapshot = await store.loadSnapshot(id, known)
      recent.keep(id, snapshot)
      return snapshot
    },
  }
}
