import type { StudyId } from '../../domain/ids.ts'
import type { ServiceDeps } from '../deps.ts'

/** Takes a study off the list of open ones, for good: so its journal is put away beforehand, or the next sweep does both. */
export async function closeStudy({ store }: ServiceDeps, id: StudyId): Promise<void> {
  await store.archiveJournal(id)
  await store.closeStudy(id)
}
