import type { ServiceDeps } from '../deps.ts'
import { deleteStudy } from '../studies/delete-study.ts'
import { unlessDeleted } from '../unless-deleted.ts'

const DAY_MS = 24 * 60 * 60 * 1000
// The next sweep goes on: deleting must not keep the others waiting for theirs.
const DELETED_A_SWEEP = 20

/** Deletes studies that ended longer ago than they are to be kept. */
export async function retainStudies(deps: ServiceDeps, days: number): Promise<void> {
  const before = new Date(deps.clock().getTime() - days * DAY_MS)
  // Two sweeps at once may find the same study.
  for (const id of await deps.store.listClosedStudies(before, DELETED_A_SWEEP))
    await unlessDeleted(deleteStudy(deps, id))
}
