import type { StudyId } from '../domain/ids.ts'
import type { Limits, StudyChanges, StudyDefinition } from '../domain/study.ts'
import { bestEffort } from './best-effort.ts'
import type { ServiceDeps } from './deps.ts'
import type { StudyRecord } from './ports/study-records.ts'
import { reconcileStudy } from './reconcile.ts'

/** What somebody wants changed; of the limits, too, what is absent stays. */
export interface EditRequest {
  readonly name?: string
  readonly tags?: readonly string[]
  readonly limits?: Partial<Limits>
}

/**
 * Renames a study, or raises or lowers its limits while it runs; trials that are there stay.
 *
 * @param revision that the study must have; undefined for any.
 * @throws precondition-failed, limit-too-low, illegal-move
 */
export async function editStudy(
  deps: ServiceDeps,
  id: StudyId,
  request: EditRequest,
  revision?: number,
): Promise<StudyRecord> {
  await deps.store.editStudy(id, (definition) => changesOf(definition, request), revision)
  deps.logger.info({ studyId: id }, 'study edited')
  // There may be room for more trials, or no time left.
  await bestEffort(deps, id, reconcileStudy(deps, id))
  return deps.store.getStudy(id)
}

function changesOf(definition: StudyDefinition, { limits, ...named }: EditRequest): StudyChanges {
  return { ...named, ...(limits && { limits: { ...definition.limits, ...limits } }) }
}
