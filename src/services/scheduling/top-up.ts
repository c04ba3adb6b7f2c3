import type { StudyId } from '../../domain/ids.ts'
import { isStudyFinished } from '../../domain/study.ts'
import type { ServiceDeps } from '../deps.ts'
import { closeStudy } from './close-study.ts'

/**
 * Brings a study's work up to where it should be. Level-triggered: it looks at what is, not at what happened, so a
 * crash between "stored" and "enqueued" heals itself the next time anything calls it.
 */
export async function topUp(deps: ServiceDeps, id: StudyId): Promise<void> {
  const { state, room, waiting, revision, isExternal } = await deps.store.places(id)
  if (isStudyFinished(state)) return wrapUp(deps, id)
  if (state === 'running' && !isExternal && room + waiting > 0) await deps.jobs.enqueueProposal(id, revision)
}

/** A finished study's winner is tested once; then nothing is left to do. */
export async function wrapUp(deps: ServiceDeps, id: StudyId): Promise<void> {
  const { study } = await deps.store.getStudy(id)
  const testable = deps.trainers[study.definition.trainer.kind].test !== undefined
  const needsTest = testable && study.bestTrial !== undefined && !study.test
  await (needsTest ? deps.jobs.enqueueTest(id) : closeStudy(deps, id))
}
