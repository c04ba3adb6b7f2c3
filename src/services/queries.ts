import { HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import { constraintsOf, objectivesOf } from '../domain/metric.ts'
import { isStudyFinished } from '../domain/study.ts'
import type { Trial } from '../domain/trial.ts'
import type { ServiceDeps } from './deps.ts'
import type { Page, StudyListQuery, StudyRecord, TrialListQuery } from './ports/study-records.ts'

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

/** @throws several-objectives, no-best-trial while none has completed within the outcome constraints. */
export async function bestTrial(deps: ServiceDeps, id: StudyId): Promise<Trial> {
  const { study, counts } = await deps.store.getStudy(id)
  if (study.bestTrial !== undefined) return deps.store.getTrial(id, study.bestTrial)
  const { metrics } = study.definition
  const names = objectivesOf(metrics).map(({ name }) => name)
  if (names.length > 1) {
    const message = `No trial is the best in ${names.join(' and ')} at once: GET /v1/studies/${id}/pareto has the best trade-offs.`
    throw new HoneError('several-objectives', message)
  }
  const bounded = counts.completed > 0 && constraintsOf(metrics).length > 0
  const how = bounded ? 'kept to all outcome constraints' : 'completed'
  const prospect = isStudyFinished(study.state)
    ? ', and it has ended: its trials tell why.'
    : ' yet: ask again later.'
  throw new HoneError('no-best-trial', `No trial of this study has ${how}${prospect}`)
}
