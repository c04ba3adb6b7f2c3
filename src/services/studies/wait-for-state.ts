import type { StudyId } from '../../domain/ids.ts'
import { isStudyFinished, type StudyState } from '../../domain/study.ts'
import type { ServiceDeps } from '../deps.ts'
import type { StudyRecord } from '../ports/study-records.ts'
import { createBell } from '../waiting/bell.ts'

export interface Wait {
  readonly state: StudyState
  readonly timeoutMs: number
  /** Ends the wait early. */
  readonly signal: AbortSignal
}

/** The study once it is in a state, or finished so that it never will be, or at the latest when the time is over. */
export async function waitForState(deps: ServiceDeps, id: StudyId, wait: Wait): Promise<StudyRecord> {
  const bell = createBell()
  const deadline = performance.now() + wait.timeoutMs
  const unwatch = await deps.feed.watch(id, bell.ring)
  try {
    for (;;) {
      const record = await deps.store.getStudy(id)
      const { state } = record.study
      const leftMs = deadline - performance.now()
      if (state === wait.state || isStudyFinished(state) || leftMs <= 0 || wait.signal.aborted) return record
      await bell.rung(leftMs, wait.signal)
    }
  } finally {
    unwatch()
  }
}
