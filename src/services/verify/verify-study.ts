import { firstDifference } from '../../domain/first-difference.ts'
import type { StudyId } from '../../domain/ids.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import { isTrialFinished } from '../../domain/trial.ts'
import type { StudyStore } from '../ports/study-store.ts'
import { type AlgebraByName, type Verification, verifyJournal } from './verify-journal.ts'

/**
 * Verifies a study's journal by itself (see verifyJournal), then holds it against the records. The study may be
 * running: all of it is judged as of one revision. @throws study-not-found
 */
export async function verifyStudy(
  store: StudyStore,
  id: StudyId,
  algebraNamed: AlgebraByName,
): Promise<Verification> {
  const records = await store.loadSnapshot(id)
  const verification = verifyJournal(await store.readJournal(id, records.revision), algebraNamed)
  const { snapshot: folded, difference } = verification
  if (difference || !folded) return verification
  const message =
    firstDifference(withoutCurves(folded), withoutCurves(records)) ?? (await checkCurves(store, folded))
  if (!message) return verification
  const { revision } = records
  const worded = `Invariant 2: the journal and the records differ: ${message}.`
  return { ...verification, difference: { revision, message: worded } }
}

function withoutCurves(snapshot: StudySnapshot): StudySnapshot {
  return { ...snapshot, trials: snapshot.trials.map(({ curve: _, ...trial }) => trial) }
}

/** Of finished trials only: the curve of a running one may have grown since. */
async function checkCurves(store: StudyStore, { study, trials }: StudySnapshot): Promise<string | undefined> {
  for (const { number, curve } of trials.filter(({ state }) => isTrialFinished(state))) {
    const record = await store.getTrial(study.id, number)
    const difference = firstDifference(curve, record.curve, `trials[${number}].curve`)
    if (difference) return difference
  }
  return undefined
}
