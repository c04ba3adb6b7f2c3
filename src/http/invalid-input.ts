import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import type { Fault } from '../domain/errors.ts'
import { parseOrFaults } from './faults/parse-or-faults.ts'
import { JsonLines, onLine } from './json-lines.ts'

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

/** Has Fastify parse what comes in by zod, and throw `InvalidInput`. Of a body in lines, each is one that fits. */
export const compileValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart = 'input' }) => {
  // Any text may stand in a path: a route looks for what it names.
  if (httpPart === 'params') return (data) => ({ value: data })
  if (httpPart === 'headers') return headerValidator(schema as z.ZodObject)
  return (data) => {
    // Fastify has null for a body that is not there.
    const parsed =
      data instanceof JsonLines ? parseLines(schema, data) : parseOrFaults(schema, data ?? undefined)
    return 'value' in parsed ? parsed : { error: new InvalidInput(httpPart, parsed.faults) }
  }
}

/** Looks at those headers only that mean something here: a request has many others. */
function headerValidator(schema: z.ZodObject): ReturnType<FastifySchemaCompiler<z.ZodType>> {
  const names = Object.keys(schema.shape)
  return (headers: Readonly<Record<string, unknown>>) => {
    const sent = names.filter((name) => headers[name] !== undefined)
    if (sent.length === 0) return { value: headers }
    const parsed = parseOrFaults(schema, Object.fromEntries(sent.map((name) => [name, headers[name]])))
    return 'value' in parsed ? { value: headers } : { error: new InvalidInput('headers', parsed.faults) }
  }
}

function parseLines(schema: z.ZodType, { values }: JsonLines): { value: JsonLines } | { faults: Fault[] } {
  const lines = values.map((value) => parseOrFaults(schema, value))
  const faults = lines.flatMap((line, i) =>
    'faults' in line ? line.faults.map((fault) => onLine(i, fault)) : [],
  )
  if (faults.length > 0) return { faults }
  return { value: new JsonLines(lines.flatMap((line) => ('value' in line ? [line.value] : []))) }
}
