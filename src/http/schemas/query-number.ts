import { z } from 'zod'

/**
 * A number in a query, which comes as text. `z.coerce` would take an empty one for 0, and 0x1f for 31. Its default is a
 * `prefault`, which the document still tells.
 */
export function queryNumber<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((sent) => (typeof sent === 'string' ? numberOf(sent) : sent), schema)
}

function numberOf(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
}
