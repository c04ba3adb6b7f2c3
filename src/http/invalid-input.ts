import type { FastifySchemaCompiler } from 'fastify'
import { z } from 'zod'
import type { Fault } from '../domain/errors.ts'
import { faultsOfEach } from '../domain/faults.ts'
import { parseOrFaults } from './faults/parse-or-faults.ts'
import { JsonLines, onLine } from './json-lines.ts'

/** A body or query that does not fit its schema, with its faults. */
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
  if (httpPart === 'params') return () => true
  if (httpPart === 'headers') return headerValidator(schema as z.ZodObject)
  if (httpPart === 'querystring') return queryValidator(schema)
  return (data) => {
    // Fastify has null for a body that is not there.
    const parsed =
      data instanceof JsonLines ? parseLines(schema, data) : parseOrFaults(schema, data ?? undefined)
    return 'value' in parsed ? parsed : { error: new InvalidInput(httpPart, parsed.faults) }
  }
}

type Validator = ReturnType<FastifySchemaCompiler<z.ZodType>>

/** Looks at those headers only that mean something here and cannot be just any text: a request has many others. */
function headerValidator(schema: z.ZodObject): Validator {
  const names = Object.keys(schema.shape).filter((name) => !isAnyText(schema.shape[name]))
  return (headers: Readonly<Record<string, unknown>>) => {
    const sent = names.filter((name) => headers[name] !== undefined)
    if (sent.length === 0) return true
    const parsed = parseOrFaults(schema, Object.fromEntries(sent.map((name) => [name, headers[name]])))
    return 'value' in parsed || { error: new InvalidInput('headers', parsed.faults) }
  }
}

function isAnyText(schema: z.core.$ZodType): boolean {
  const { description: _, $schema: __, ...rules } = z.toJSONSchema(schema)
  return rules.type === 'string' && Object.keys(rules).length === 1
}

/** Most requests have no query: what that comes to is worked out once, for all of them. */
function queryValidator(schema: z.ZodType): Validator {
  const none = parseOrFaults(schema, {})
  if ('value' in none) Object.freeze(none.value)
  return (query: object) => {
    const parsed = 'value' in none && isEmpty(query) ? none : parseOrFaults(schema, query)
    return 'value' in parsed ? parsed : { error: new InvalidInput('querystring', parsed.faults) }
  }
}

function isEmpty(query: object): boolean {
  for (const _ in query) return false
  return true
}

function parseLines(schema: z.ZodType, { values }: JsonLines): { value: JsonLines } | { faults: Fault[] } {
  const taken: unknown[] = []
  const faults = faultsOfEach(values, (value, i) => {
    const line = parseOrFaults(schema, value)
    if ('faults' in line) return line.faults.map((fault) => onLine(i, fault))
    taken.push(line.value)
    return []
  })
  return faults.length > 0 ? { faults } : { value: new JsonLines(taken) }
}
