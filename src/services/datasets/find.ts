import type { DatasetDescription } from '../../domain/dataset.ts'
import { HoneError } from '../../domain/errors.ts'
import type { ServiceDeps } from '../deps.ts'
import type { DatasetRecord } from '../ports/datasets.ts'

/** A data set that studies can name, built in or uploaded. */
export type KnownDataset = DatasetDescription | DatasetRecord

/** The built-in ones, then the uploaded ones by name. */
export async function listDatasets({ builtIns, datasets }: ServiceDeps): Promise<readonly KnownDataset[]> {
  return [...builtIns.list(), ...(await datasets.list())]
}

/** @throws dataset-not-found */
export async function getDataset({ builtIns, datasets }: ServiceDeps, name: string): Promise<KnownDataset> {
  const found = builtIns.find(name) ?? (await datasets.find(name))
  if (found) return found
  throw unknownDataset(name)
}

export function unknownDataset(name: string): HoneError {
  return new HoneError(
    'dataset-not-found',
    `There is no data set ${name}. GET /v1/datasets lists all there are.`,
  )
}
