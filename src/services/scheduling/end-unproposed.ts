import type { EndReason } from '../../domain/study.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import { isTrialFinished } from '../../domain/trial.ts'
import type { ServiceDeps } from '../deps.ts'
import { topUp } from './top-up.ts'

/**
 * Ends a study that gets no further trial: at once when the optimizer broke, for it is a pure function and would break
 * again; otherwise when no trial is open, for canceled ones may be proposed again, and results change what is expected.
 *
 * @returns whether the snapshot will do; otherwise there are further trials or another search space, and so perhaps more
 *   to propose.
 */
export async function endUnproposed(
  deps: ServiceDeps,
  snapshot: StudySnapshot,
  end: EndReason,
): Promise<boolean> {
  const { study, trials } = snapshot
  const isOpen = trials.some(({ state }) => !isTrialFinished(state))
  if (isOpen && end.code !== 'proposal-failed') return true
  const isUpToDate = await deps.store.stopStudy(study.id, end, snapshot)
  // The winner may be tested now.
  if (isUpToDate) await topUp(deps, study.id)
  return isUpToDate
}
