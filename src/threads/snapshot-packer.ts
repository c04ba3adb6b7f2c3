import { createRecentSnapshots } from '../domain/recent-snapshots.ts'
import type { Study, StudyDefinition } from '../domain/study.ts'
import type { StudySnapshot } from '../domain/study-snapshot.ts'
import type { Trial } from '../domain/trial.ts'

/** What has become of a study since the snapshot of it that was sent last. To be unpacked in the order of packing. */
export interface PackedSnapshot {
  /** Whether there was one. */
  readonly goesOn: boolean
  readonly study: Omit<Study, 'definition'>
  /** Absent where it is as it was. */
  readonly definition?: StudyDefinition
  readonly waiting: readonly number[]
  readonly revision: number
  readonly at: string
  /** Number of trials. */
  readonly length: number
  /** Those that are not the very same as before. */
  readonly changed: readonly Trial[]
}

// Some 100 MB at either end, which forget the same ones.
const TRIALS_MAX = 100_000

/**
 * Packs snapshots for a thread that has unpacked all that came before, so that what it has is not copied again and
 * what it remembers of a trial, by the trial itself, stays remembered.
 */
export function createPacker(): (snapshot: StudySnapshot) => PackedSnapshot {
  const sent = createRecentSnapshots(TRIALS_MAX)
  return (snapshot) => {
    const { study, trials, waiting, revision, at } = snapshot
    const known = sent.recall(study.id)
    sent.keep(study.id, snapshot)
    const { definition, ...rest } = study
    return {
      goesOn: known !== undefined,
      study: rest,
      ...(definition !== known?.study.definition && { definition }),
      waiting,
      revision,
      at,
      length: trials.length,
      changed: known ? trials.filter((trial, i) => trial !== known.trials[i]) : trials,
    }
  }
}

/** The other end: the snapshots that were packed. */
export function createUnpacker(): (packed: PackedSnapshot) => StudySnapshot {
  const had = createRecentSnapshots(TRIALS_MAX)
  return ({ goesOn, study, definition, waiting, revision, at, length, changed }) => {
    const known = goesOn ? had.recall(study.id) : undefined
    const trials = (known?.trials ?? []).slice(0, length)
    for (const trial of changed) trials[trial.number] = trial
    const snapshot = {
      study: { ...study, definition: definition ?? known!.study.definition },
      trials,
      waiting,
      revision,
      at,
    }
    had.keep(study.id, snapshot)
    return snapshot
  }
}
