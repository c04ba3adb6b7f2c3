import { HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import { deleteStudy } from './delete-study.ts'
import type { ServiceDeps } from './deps.ts'

const DAY_MS = 24 * 60 * 60 * 1000
// The next sweep goes on: deleting must not keep the others waiting for theirs.
const DELETED_A_SWEEP = 20

/** Deletes studies that ended longer ago than they are to be kept. */
export async function retainStudies(deps: ServiceDeps, days: number): Promise<void> {
  const before = new Date(deps.clock().getTime() - days * DAY_MS)
  for (const id of await deps.store.listClosedStudies(before, DELETED_A_SWEEP)) await deleteExpired(deps, id)
}

/** Two sweeps at once may find the same study. */
async function deleteExpired(deps: ServiceDeps, id: StudyId): Promise<void> {
  await deleteStudy(deps, id).catch((error: unknown) => {
    if (!(error instanceof HoneError && error.code === 'study-not-found')) throw error
  })
}
