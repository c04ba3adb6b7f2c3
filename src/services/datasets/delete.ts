import { HoneError } from '../../domain/errors.ts'
import type { StudyId } from '../../domain/ids.ts'
import type { ServiceDeps } from '../deps.ts'
import { unlessDeleted } from '../unless-deleted.ts'
import { unknownDataset } from './find.ts'

/**
 * Removes an uploaded data set. It is closed first, so that a study that is being created meanwhile either is seen here
 * or sees that (create-study.ts).
 *
 * @throws dataset-not-found, dataset-in-use
 */
export async function deleteDataset(deps: ServiceDeps, name: string): Promise<void> {
  if (deps.builtIns.find(name)) throw new HoneError('dataset-in-use', `${name} is built in, and stays.`)
  if (!(await deps.datasets.find(name))) throw unknownDataset(name)
  await deps.datasets.close(name)
  const user = await findUser(deps, name)
  if (user) {
    await deps.datasets.open(name)
    const message = `Study ${user} uses it: stop or delete that study first. A study that has ended and been tested needs it no more.`
    throw new HoneError('dataset-in-use', message)
  }
  await deps.datasets.remove(name)
  deps.logger.info({ dataset: name }, 'data set deleted')
}

/** A study that may still train with it. */
async function findUser(deps: ServiceDeps, name: string): Promise<StudyId | undefined> {
  for (const id of (await deps.store.listOpenStudies()).keys()) {
    const record = await unlessDeleted(deps.store.getStudy(id))
    const trainer = record?.study.definition.trainer
    if (trainer?.kind === 'mlp' && trainer.dataset === name) return id
  }
  return undefined
}
