import type { StudyId } from '../../domain/ids.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { StudyStore } from '../ports/study-store.ts'

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
  // Summed up once and not at each look, of which there is one a report.
  let held = 0

  function forget(id: StudyId): void {
    const snapshot = snapshots.get(id)
    if (!snapshot) return
    snapshots.delete(id)
    held -= sizeOf(snapshot)
  }

  function keep(id: StudyId, snapshot: StudySnapshot): void {
    forget(id)
    snapshots.set(id, snapshot)
    held += sizeOf(snapshot)
    for (const oldest of snapshots.keys()) {
      if (held <= trialsMax || oldest === id) break
      forget(oldest)
    }
  }

  return {
    async load(id) {
      const known = snapshots.get(id)
      // Gone until it is read again: a study that cannot be read may be deleted.
      forget(id)
      const snapshot = await store.loadSnapshot(id, known)
      keep(id, snapshot)
      return snapshot
    },
  }
}

/** A study without trials takes room too. */
function sizeOf({ trials }: StudySnapshot): number {
  return 1 + trials.length
}
