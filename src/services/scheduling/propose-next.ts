import type { StudyId } from '../../domain/ids.ts'
import type { StudyDefinition } from '../../domain/study.ts'
import { SAMPLERS } from '../../optimizer/registry.ts'
import type { ServiceDeps } from '../deps.ts'
import { proposeTrials } from './propose-trials.ts'

/**
 * Has the place filled that the end of a trial has left. Where trials come one at a time and no model is asked, whoever
 * ended the last one proposes the next: the way through the queue and another process takes longer than that.
 *
 * @param hint revision that told of the place.
 */
export async function proposeNext(
  deps: ServiceDeps,
  id: StudyId,
  { sampler, limits }: StudyDefinition,
  hint: number,
  signal: AbortSignal,
): Promise<void> {
  const isDoneHere = limits.parallel === 1 && SAMPLERS[sampler.kind].isModelFree === true
  await (isDoneHere ? proposeTrials(deps, id, signal) : deps.jobs.hintProposal(id, hint))
}
