import { z } from 'zod'
import type { MetricValues } from '../../domain/metric.ts'

/** A training that has begun. */
export interface BegunRun {
  /** What it has taken, wall-clock. */
  readonly seconds: number
  /** Where the engine goes on; absent where nothing of it is left. */
  readonly network?: Uint8Array | undefined
}

/** How far a trial has come: the trainings that are over, and the one that was under way. */
export interface Progress extends BegunRun {
  readonly told: readonly MetricValues[]
  /** What the first of them has trained. */
  readonly model?: Uint8Array | undefined
}

const header = z.object({
  told: z.array(z.record(z.string(), z.number())),
  seconds: z.number(),
  modelBytes: z.int().min(0),
})
const LENGTH_BYTES = 4
const NONE = Buffer.alloc(0)

/** Length of the JSON (u32, little endian), the JSON, the model, and what the engine left. */
export function packProgress({ told, seconds, model = NONE, network = NONE }: Progress): Uint8Array {
  const json = Buffer.from(JSON.stringify({ told, seconds, modelBytes: model.length }))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32LE(json.length)
  return Buffer.concat([length, json, model, network])
}

/** No progress where there are no bytes, or none that this version knows. The engine checks its own. */
export function unpackProgress(bytes: Uint8Array | undefined): Progress {
  if (!bytes || bytes.length < LENGTH_BYTES) return { told: [], seconds: 0 }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = LENGTH_BYTES + buffer.readUInt32LE()
  const { success, data } = header.safeParse(parse(buffer.toString('utf8', LENGTH_BYTES, end)))
  if (!success) return { told: [], seconds: 0 }
  const { told, seconds, modelBytes } = data
  const network = buffer.subarray(end + modelBytes)
  return {
    told,
    seconds,
    ...(modelBytes > 0 && { model: buffer.subarray(end, end + modelBytes) }),
    ...(network.length > 0 && { network }),
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
