import type { z } from 'zod'

/** Bytes from Redis become values here. A record that does not parse is our own mistake and throws a ZodError. */
export function decode<T>(schema: z.ZodType<T>, json: string): T {
  return schema.parse(JSON.parse(json))
}

/** JSON that reads back to the same value, bit for bit. @throws Error for NaN and infinities, which JSON lacks. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (key, item) => {
    if (typeof item === 'number' && !Number.isFinite(item))
      throw new Error(`${key} is ${item}, which JSON cannot hold.`)
    return item
  })
}
