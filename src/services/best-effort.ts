import { isCode } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import type { ServiceDeps } from './deps.ts'

/**
 * For work that follows a change already stored. What the storage cannot do just now the sweep will do; to answer
 * that the change failed would make its caller repeat it.
 */
export async function bestEffort(deps: ServiceDeps, id: StudyId, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (err) {
    if (!isCode(err, 'storage-unavailable')) throw err
    deps.logger.warn({ studyId: id, err }, 'work left to the sweep')
  }
}
