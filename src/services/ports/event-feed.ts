import type { StudyId } from '../../domain/ids.ts'

/** Tells that studies change. What changed is read from the journal, so a ring too many or too few costs time only. */
export interface EventFeed {
  /**
   * Calls `ring` after every change of the study, its deletion included, and whenever one may have been missed. In
   * force once it resolves. @returns how to end it.
   */
  watch(id: StudyId, ring: () => void): Promise<() => void>
}
