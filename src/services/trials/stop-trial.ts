import type { StudyId } from '../../domain/ids.ts'
import type { Trial } from '../../domain/trial.ts'
import { bestEffort } from '../best-effort.ts'
import type { ServiceDeps } from '../deps.ts'
import { topUp } from '../scheduling/top-up.ts'

/** Gives a trial up: at once where it does not run, otherwise with the answer to its next report. Idempotent. */
export async function stopTrial(deps: ServiceDeps, id: StudyId, number: number): Promise<Trial> {
  await deps.store.stopTrial(id, number)
  await bestEffort(deps, id, topUp(deps, id))
  return deps.store.getTrial(id, number)
}
