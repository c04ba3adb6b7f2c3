import { FINISHED_STATES } from '../../src/domain/trial.ts'
import type { StudyView } from './types.ts'

/** How many trials of a study have ended, however that was. */
export function endedTrials({ trials }: Pick<StudyView, 'trials'>): number {
  return FINISHED_STATES.reduce((sum, state) => sum + trials[state], 0)
}
