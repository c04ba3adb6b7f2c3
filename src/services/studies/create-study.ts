import { createHash, randomBytes } from 'node:crypto'
import { newStudyId, type StudyId } from '../../domain/ids.ts'
import type { StudyDefinition } from '../../domain/study.ts'
import type { WarmStart } from '../../domain/warm-start.ts'
import { bestEffort } from '../best-effort.ts'
import type { ServiceDeps } from '../deps.ts'
import type { StudyRecord } from '../ports/study-records.ts'
import { refuseFaults } from '../refuse-faults.ts'
import { topUp } from '../scheduling/top-up.ts'
import { unlessDeleted } from '../unless-deleted.ts'
import { checkDefinition } from './check-definition.ts'
import { completeDefinition } from './complete-definition.ts'
import type { StudyRequest } from './study-request.ts'
import { warmStart } from './warm-start.ts'

/**
 * @param token the study that was created with the same token is answered again.
 * @param inherited what it begins with unless it asks for a warm start of its own.
 * @throws invalid-study with the faults found, each with its path and what to do.
 */
export async function createStudy(
  deps: ServiceDeps,
  request: StudyRequest,
  token?: string,
  inherited?: WarmStart,
): Promise<StudyRecord> {
  const definition = await completeDefinition(deps.trainers, request)
  refuseFaults('invalid-study', await checkDefinition(deps.trainers, definition))
  const id = newStudyId(token === undefined ? randomBytes(16) : createHash('sha256').update(token).digest())
  const made = token === undefined ? undefined : await unlessDeleted(deps.store.getStudy(id))
  if (made) return made
  const known = request.warmStart ? await warmStart(deps, request.warmStart, definition) : inherited
  const complete = { ...definition, ...(known && { warmStart: known }) }
  await deps.store.createStudy(id, complete, request.paused ? 'paused' : 'running')
  await deleteUnlessPossible(deps, id, definition)
  deps.logger.info({ studyId: id, trials: definition.limits.trials }, 'study created')
  await bestEffort(deps, id, topUp(deps, id))
  return deps.store.getStudy(id)
}

/**
 * A data set that was there may have been deleted before the study was: who deletes one looks for studies after closing
 * it, and this looks at it after creating one, so one of them sees the other.
 */
async function deleteUnlessPossible(
  deps: ServiceDeps,
  id: StudyId,
  { trainer }: StudyDefinition,
): Promise<void> {
  const faults = await deps.trainers[trainer.kind].checkTrainer(trainer)
  if (faults.length > 0) await deps.store.deleteStudy(id)
  refuseFaults('invalid-study', faults)
}
