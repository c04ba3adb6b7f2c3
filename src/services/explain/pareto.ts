import type { StudyId } from '../../domain/ids.ts'
import type { Study } from '../../domain/study.ts'
import type { ParetoFront } from '../../optimizer/analysis/pareto.ts'
import type { ServiceDeps } from '../deps.ts'

export interface StudyFront extends ParetoFront {
  readonly study: Study
  readonly revision: number
}

/** The best trade-offs so far; of one objective, the trials that share the best value. */
export async function studyFront(deps: ServiceDeps, id: StudyId): Promise<StudyFront> {
  const snapshot = await deps.snapshots.load(id)
  const { study, revision } = snapshot
  return { ...(await deps.explainer.explain('pareto', snapshot, {})), study, revision }
}
