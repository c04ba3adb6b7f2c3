import { createHash } from 'node:crypto'
import { type Fault, HoneError } from '../../domain/errors.ts'
import { andMore } from '../../domain/faults.ts'
import type { ServiceDeps } from '../deps.ts'
import type { DatasetRecord, ReadTable, UploadedTable } from '../ports/datasets.ts'

// All of them together are kept in Redis, beside the studies; what is deflated of it comes to a third or less.
const STORED_BYTES_MAX = 1024 ** 3

/**
 * Keeps an uploaded file as a data set.
 *
 * @param token the data set that was made with the same token is answered again.
 * @throws invalid-dataset with what is wrong where in the file; dataset-exists, datasets-full
 */
export async function createDataset(
  deps: ServiceDeps,
  upload: UploadedTable,
  token?: string,
): Promise<DatasetRecord> {
  const earlier = await findEarlier(deps, upload.name, token)
  if (earlier) return earlier
  await refuseIfFull(deps)
  const read = await deps.tables.read(upload)
  if ('faults' in read) throw invalid(read.faults)
  const record = recordOf(read, deps.clock(), token)
  const isNew = await deps.datasets.add(record, read.content)
  if (!isNew) return (await findEarlier(deps, upload.name, token))!
  const { name, rows, task } = record
  deps.logger.info({ dataset: name, rows, task }, 'data set created')
  return record
}

/** What the same request made before. @throws dataset-exists for what another one did */
async function findEarlier(
  { datasets, builtIns }: ServiceDeps,
  name: string,
  token: string | undefined,
): Promise<DatasetRecord | undefined> {
  if (builtIns.find(name)) throw taken(name, 'is built in: give yours another name')
  const record = await datasets.find(name)
  if (!record || (token !== undefined && record.token === token)) return record
  throw taken(name, 'is there already: delete it first, or give yours another name')
}

function taken(name: string, why: string): HoneError {
  return new HoneError('dataset-exists', `The data set ${name} ${why}.`)
}

async function refuseIfFull({ datasets }: ServiceDeps): Promise<void> {
  const stored = (await datasets.list()).reduce((sum, { bytes }) => sum + bytes, 0)
  if (stored < STORED_BYTES_MAX) return
  throw new HoneError('datasets-full', 'The data sets that are there fill their place: delete one of them.')
}

function invalid(faults: readonly Fault[]): HoneError {
  const [first] = faults
  const { path, message } = first!
  const told = path === '' ? message[0]!.toUpperCase() + message.slice(1) : `${path}: ${message}`
  return new HoneError('invalid-dataset', `${told}${andMore(faults)}`, { faults })
}

function recordOf({ description, content }: ReadTable, now: Date, token: string | undefined): DatasetRecord {
  const described = JSON.stringify(description)
  const digest = createHash('sha256').update(described).update(content).digest('hex')
  return {
    ...description,
    createdAt: now.toISOString(),
    digest,
    bytes: content.byteLength + Buffer.byteLength(described),
    ...(token !== undefined && { token }),
  }
}
