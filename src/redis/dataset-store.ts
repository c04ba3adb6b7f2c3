import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { DATASET_TASKS } from '../domain/dataset.ts'
import { HoneError } from '../domain/errors.ts'
import type { DatasetRecord, DatasetStore } from '../services/ports/datasets.ts'
import { toHoneError } from './error-codes.ts'
import { decode, encode } from './json.ts'
import { datasetClosedKey, datasetKey, datasetsKey, datasetUploadKey } from './keys.ts'
import { orUnavailable } from './store-context.ts'

const recordSchema: z.ZodType<DatasetRecord> = z.object({
  name: z.string(),
  title: z.string(),
  task: z.enum(DATASET_TASKS),
  rows: z.number(),
  columns: z.array(
    z.object({
      name: z.string(),
      categories: z.array(z.string()).exactOptional(),
      min: z.number().exactOptional(),
      max: z.number().exactOptional(),
    }),
  ),
  targets: z.array(z.string()),
  classes: z.array(z.string()),
  createdAt: z.string(),
  digest: z.string(),
  bytes: z.number(),
  token: z.string().exactOptional(),
})

// Redis answers nobody else while it takes one: well under a millisecond.
const CHUNK_BYTES = 512 * 1024
// How long an upload may be under way; one whose process died is gone then.
const UPLOAD_SECONDS = 600
const CLOSED_MS = 10_000

/**
 * A data set is one hash, `record` and the chunks `0`, `1`, ... of its deflated numbers, written under another name and
 * renamed when it is complete. The set of names may have more than there are.
 */
export function createDatasetStore({ redis, prefix }: { redis: Redis; prefix: string }): DatasetStore {
  const names = datasetsKey(prefix)
  const keyOf = (name: string) => datasetKey(prefix, name)
  const closedKey = (name: string) => datasetClosedKey(prefix, name)
  const find = async (name: string) => {
    const json = await orUnavailable(redis.hget(keyOf(name), 'record'))
    return json === null ? undefined : decode(recordSchema, json)
  }
  return {
    find,
    add: async (record, content) => {
      const upload = datasetUploadKey(prefix, record.name, randomBytes(8).toString('hex'))
      await orUnavailable(write(redis, upload, record, content))
      await orUnavailable(redis.sadd(names, record.name))
      const key = keyOf(record.name)
      const [renamed] = (await orUnavailable(
        redis.multi().renamenx(upload, key).persist(key).unlink(upload).exec(),
      ))!
      if (renamed![0]) throw toHoneError(renamed![0], undefined)
      return renamed![1] === 1
    },
    list: async () => {
      const found = await Promise.all((await orUnavailable(redis.smembers(names))).sort().map(find))
      return found.filter((record) => record !== undefined)
    },
    content: async (name) => read(redis, keyOf(name), name),
    close: async (name) => {
      await orUnavailable(redis.set(closedKey(name), '1', 'PX', CLOSED_MS))
    },
    open: async (name) => {
      await orUnavailable(redis.del(closedKey(name)))
    },
    isClosed: async (name) => (await orUnavailable(redis.exists(closedKey(name)))) === 1,
    remove: async (name) => {
      const removed = await orUnavailable(redis.unlink(keyOf(name)))
      await orUnavailable(redis.del(closedKey(name)))
      await orUnavailable(redis.srem(names, name))
      return removed === 1
    },
  }
}

async function write(redis: Redis, key: string, record: DatasetRecord, content: Uint8Array): Promise<void> {
  const bytes = await promisify(deflate)(content)
  await redis.multi().hset(key, 'record', encode(record)).expire(key, UPLOAD_SECONDS).exec()
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
    await redis.hset(key, String(from / CHUNK_BYTES), bytes.subarray(from, from + CHUNK_BYTES))
  }
}

async function read(redis: Redis, key: string, name: string): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for (;;) {
    const chunk = await orUnavailable(redis.hgetBuffer(key, String(chunks.length)))
    if (!chunk) break
    chunks.push(chunk)
  }
  if (chunks.length === 0)
    throw new HoneError('dataset-not-found', `There is no data set ${name} (any more).`)
  return promisify(inflate)(Buffer.concat(chunks))
}
