import { HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import { checkParams, type ParameterValues } from '../domain/search-space.ts'
import type { Trial } from '../domain/trial.ts'
import { bestEffort } from './best-effort.ts'
import type { ServiceDeps } from './deps.ts'
import { topUp } from './top-up.ts'

/** Queues a point that the user knows; it is tried before any proposal. @throws invalid-params, budget-used, illegal-move */
export async function enqueueTrial(
  deps: ServiceDeps,
  id: StudyId,
  params: ParameterValues,
  token?: string,
): Promise<Trial> {
  const { study } = await deps.store.getStudy(id)
  const faults = checkParams(study.definition.searchSpace, params)
  if (faults[0]) throw new HoneError('invalid-params', `${faults[0].path}: ${faults[0].message}`, { faults })
  const trial = await deps.store.enqueueTrial(id, params, token)
  await bestEffort(deps, id, topUp(deps, id))
  return trial
}
