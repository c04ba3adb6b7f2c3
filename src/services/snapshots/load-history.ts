import type { StudyId } from '../../domain/ids.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import { goesByCurves } from '../../optimizer/pruners/first-round.ts'
import type { ServiceDeps } from '../deps.ts'

/** A study as the optimizer is to see it: with the curves of its trials where it goes by them. @throws study-not-found */
export async function loadHistory(
  { snapshots, curves }: Pick<ServiceDeps, 'snapshots' | 'curves'>,
  id: StudyId,
): Promise<StudySnapshot> {
  const snapshot = await snapshots.load(id)
  return goesByCurves(snapshot.study.definition) ? curves.load(id) : snapshot
}
