import type { StudyId } from '../../domain/ids.ts'
import type { ServiceDeps } from '../deps.ts'

/** Removes a study and all its records. A trial that is running finds out at its next report and ends. */
export async function deleteStudy(deps: ServiceDeps, id: StudyId): Promise<void> {
  await deps.store.deleteStudy(id)
  deps.logger.info({ studyId: id }, 'study deleted')
}
