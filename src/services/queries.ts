import { HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import type { Trial } from '../domain/trial.ts'
import type { ServiceDeps } from './deps.ts'
import type { Page, StudyListQuery, StudyRecord, TrialListQuery } from './ports.ts'

/** What a reader may ask. Nothing here changes anything. */
export function getStudy(deps: ServiceDeps, id: StudyId): Promise<StudyRecord> {
  return deps.store.getStudy(id)
}

export function studyRevision(deps: ServiceDeps, id: StudyId): Promise<number> {
  return deps.store.getRevision(id)
}

export function listStudies(deps: ServiceDeps, query: StudyListQuery): Promise<Page<StudyRecord>> {
  return deps.store.listStudies(query)
}

export function listTrials(deps: ServiceDeps, id: StudyId, query: TrialListQuery): Promise<Page<Trial>> {
  return deps.store.listTrials(id, query)
}

export function getTrial(deps: ServiceDeps, id: StudyId, number: number): Promise<Trial> {
  return deps.store.getTrial(id, number)
}

/** @throws no-best-trial while none has completed. */
export async function bestTrial(deps: ServiceDeps, id: StudyId): Promise<Trial> {
  const { study } = await deps.store.getStudy(id)
  if (study.bestTrial !== undefined) return deps.store.getTrial(id, study.bestTrial)
  throw new HoneError('no-best-trial', 'No trial of this study has completed yet: ask again later.')
}
