import type { StudyId } from '../../domain/ids.ts'

/**
 * Trained networks: of each study the best trial's, and for a moment that of a trial which is about to be the best.
 * Nothing is kept of a study that is gone.
 */
export interface ModelStore {
  /** Whether a trial with this score (metric.ts) would be the best, as things are. */
  mayBeBest(id: StudyId, score: number): Promise<boolean>
  put(id: StudyId, number: number, content: Uint8Array): Promise<void>
  /** Lets go of what finished trials left but the best one. */
  settle(id: StudyId): Promise<void>
  find(id: StudyId, number: number): Promise<Uint8Array | undefined>
}
