import type { StudyId } from '../../domain/ids.ts'
import type { StudyVerb } from '../../domain/study.ts'
import { bestEffort } from '../best-effort.ts'
import type { ServiceDeps } from '../deps.ts'
import type { StudyRecord } from '../ports/study-records.ts'
import { reconcileStudy } from '../scheduling/reconcile.ts'

/** Pauses, resumes or stops a study. Idempotent. @throws illegal-move, with the legal moves in its message. */
export async function moveStudy(deps: ServiceDeps, id: StudyId, verb: StudyVerb): Promise<StudyRecord> {
  if (verb === 'pause') await deps.store.pauseStudy(id)
  if (verb === 'resume') await deps.store.resumeStudy(id)
  if (verb === 'stop') await deps.store.stopStudy(id, { code: 'stopped', message: 'The study was stopped.' })
  deps.logger.info({ studyId: id, verb }, 'study moved')
  // A pause let the jobs of queued trials go; the sweep gives them new ones, or wraps a stopped study up.
  await bestEffort(deps, id, reconcileStudy(deps, id))
  return deps.store.getStudy(id)
}
