import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import type { Fault } from '../domain/errors.ts'
import { parseOrFaults } from './faults/parse-or-faults.ts'

/** A body or query that does not fit its schema, with all its faults. */
export class InvalidInput extends Error {
  readonly part: string
  readonly faults: readonly Fault[]

  constructor(part: string, faults: readonly Fault[]) {
    super(`The ${part} does not fit its schema.`)
    this.part = part
    this.faults = faults
  }
}

/** Has Fastify parse what comes in by zod, and throw `InvalidInput`. */
export const compileValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart = 'input' }) => {
  return (data) => {
    // Fastify has null for a body that is not there.
    const parsed = parseOrFaults(schema, data ?? undefined)
    return 'value' in parsed ? parsed : { error: new InvalidInput(httpPart, parsed.faults) }
  }
}
