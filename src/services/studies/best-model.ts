import { HoneError } from '../../domain/errors.ts'
import type { StudyId } from '../../domain/ids.ts'
import type { ServiceDeps } from '../deps.ts'
import type { ModelReader, Prediction, RawRow } from '../ports/trainer.ts'
import { bestTrial } from '../queries.ts'
import { refuseFaults } from '../refuse-faults.ts'

/** The best trial's trained network, and what can be done with it. */
export interface BestModel {
  readonly trial: number
  readonly content: Uint8Array
  readonly reader: ModelReader
}

/** @throws no-best-trial, several-objectives, no-model */
export async function bestModel(deps: ServiceDeps, id: StudyId): Promise<BestModel> {
  const { number } = await bestTrial(deps, id)
  const { study } = await deps.store.getStudy(id)
  const reader = deps.trainers[study.definition.trainer.kind].model
  const content = reader && (await deps.models.find(id, number))
  if (content) return { trial: number, content, reader }
  throw new HoneError(
    'no-model',
    `There is no network of trial ${number}: ${reader ? NOT_KEPT : NOT_TRAINED}`,
  )
}

const NOT_TRAINED = 'Hone has trained none in this study.'
const NOT_KEPT =
  'its result was imported, or it is larger than 16 MiB, or its study is older than the keeping.'

/** @throws besides those of bestModel invalid-request with what is wrong in which row */
export async function predictByBest(
  deps: ServiceDeps,
  id: StudyId,
  rows: readonly RawRow[],
): Promise<{ readonly trial: number; readonly predictions: readonly Prediction[] }> {
  const { trial, content, reader } = await bestModel(deps, id)
  const predicted = await reader.predict(content, rows)
  if ('faults' in predicted) refuseFaults('invalid-request', predicted.faults)
  return { trial, predictions: predicted as readonly Prediction[] }
}
