import type { StudyId } from './ids.ts'
import type { StudyDefinition } from './study.ts'
import type { StudySnapshot } from './study-snapshot.ts'

/** Snapshots of the studies that were kept last, as far as they fit. */
export interface RecentSnapshots {
  recall(id: StudyId): StudySnapshot | undefined
  /** In place of an earlier one of the study. This one stays however large it is. */
  keep(id: StudyId, snapshot: StudySnapshot): void
  forget(id: StudyId): void
}

/** @param trialsMax size of all of them together, in trials; a definition counts as about as many as take its room. */
export function createRecentSnapshots(trialsMax: number): RecentSnapshots {
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

  return { recall: (id) => snapshots.get(id), keep, forget }
}

function sizeOf({ study, trials }: StudySnapshot): number {
  return definitionSize(study.definition) + trials.length
}

const TRIAL_BYTES = 500
const sizes = new WeakMap<StudyDefinition, number>()

/** A megabyte of choices is no less than two thousand trials. The snapshots of a study share its definition. */
function definitionSize(definition: StudyDefinition): number {
  const size = sizes.get(definition) ?? Math.ceil(JSON.stringify(definition).length / TRIAL_BYTES)
  sizes.set(definition, size)
  return size
}
