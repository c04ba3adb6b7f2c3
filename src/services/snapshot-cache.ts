import type { StudySnapshot } from '../domain/events.ts'
import type { StudyId } from '../domain/ids.ts'
import type { StudyStore } from './ports/study-store.ts'

/** Snapshots of the studies that were worked on lately: to bring one up to date is to read what has happened since. */
export interface SnapshotCache {
  /** As of now, the same as the store's own. @throws study-not-found */
  load(id: StudyId): Promise<StudySnapshot>
}

// Some 100 MB at half a kB each. The study at hand is kept however large it is.
const TRIALS_MAX = 200_000

export function createSnapshotCache(
  store: Pick<StudyStore, 'loadSnapshot'>,
  trialsMax = TRIALS_MAX,
): SnapshotCache {
  // In the order of their last use.
  const snapshots = new Map<StudyId, StudySnapshot>()

  function keep(id: StudyId, snapshot: StudySnapshot): void {
    snapshots.delete(id)
    snapshots.set(id, snapshot)
    let trials = 0
    for (const kept of snapshots.values()) trials += kept.trials.length
    for (const [oldest, { trials: freed }] of snapshots) {
      if (trials <= trialsMax || oldest === id) break
      snapshots.delete(oldest)
      trials -= freed.length
    }
  }

  return {
    async load(id) {
      const known = snapshots.get(id)
      // Gone until it is read again: a study that cannot be read may be deleted.
      snapshots.delete(id)
      const snapshot = await store.loadSnapshot(id, known)
      keep(id, snapshot)
      return snapshot
    },
  }
}
