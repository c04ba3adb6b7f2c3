import type { z } from 'zod'
import type { Fault } from '../../domain/errors.ts'
import { faultsOfEach, shortened } from '../../domain/faults.ts'
import { closestName } from './closest-name.ts'
import { faultMessage } from './fault-message.ts'

type Parsed<Value> = { readonly value: Value } | { readonly faults: readonly Fault[] }

/** Parses `data`, or says what is wrong with it, each fault with its path and what would be right. */
export function parseOrFaults<Value>(schema: z.ZodType<Value>, data: unknown): Parsed<Value> {
  const unknownFields: UnknownFields = new Map()
  const result = schema.safeParse(data, { error: (issue) => explain(issue, unknownFields) })
  if (result.success) return { value: result.data }
  return { faults: faultsOfEach(narrowest(result.error.issues), (issue) => toFaults(issue, unknownFields)) }
}

// No name that is taken anywhere is longer.
const NAME_LETTERS_MAX = 64

/** `searchSpace.parameters[0].min`; names that are not identifiers are quoted in brackets. */
function formatPath(segments: readonly PropertyKey[]): string {
  return segments.reduce<string>((path, segment) => {
    if (typeof segment === 'number') return `${path}[${segment}]`
    const name = shortened(String(segment), NAME_LETTERS_MAX)
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`
    return path === '' ? name : `${path}.${name}`
  }, '')
}

/** Message of an issue about unknown fields -> the names that are legal there, known only while parsing. */
type UnknownFields = Map<string, readonly string[]>

function explain(issue: z.core.$ZodRawIssue, unknownFields: UnknownFields): string {
  if (issue.code !== 'unrecognized_keys') return faultMessage(issue)
  const { shape } = issue.inst as z.ZodObject
  const key = `unknown fields ${unknownFields.size}`
  unknownFields.set(key, Object.keys(shape))
  return key
}

function toFaults(issue: z.core.$ZodIssue, unknownFields: UnknownFields): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    const legal = unknownFields.get(issue.message) ?? []
    return faultsOfEach(issue.keys, (name) => [unknownField(issue.path, name, legal)])
  }
  const branch = issue.code === 'invalid_union' ? intendedBranch(issue.errors) : undefined
  const nested =
    branch && narrowest(branch).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
  return nested ? faultsOfEach(nested, (inner) => toFaults(inner, unknownFields)) : [fault(issue)]
}

/** Of the bounds that one value is beyond the last: a whole number is first held to what is safe, then to its own. */
function narrowest(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const keyOf = ({ code, path }: z.core.$ZodIssue) => JSON.stringify([code, path])
  const isBound = ({ code }: z.core.$ZodIssue) => code === 'too_big' || code === 'too_small'
  const last = new Map(issues.map((issue) => [keyOf(issue), issue]))
  return issues.filter((issue) => !isBound(issue) || last.get(keyOf(issue)) === issue)
}

function unknownField(path: readonly PropertyKey[], name: string, legal: readonly string[]): Fault {
  const meant = closestName(name, legal)
  const advice = meant ? `did you mean \`${meant}\`?` : `the fields here are ${legal.join(', ')}`
  return { path: formatPath([...path, name]), message: `unknown field \`${shortened(name)}\`; ${advice}` }
}

/** The alternative of a union that was meant: the one whose own type fits, so that its faults lie deeper. */
function intendedBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  return branches.find((issues) =>
    issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  )
}

function fault(issue: z.core.$ZodIssue): Fault {
  return { path: formatPath(issue.path), message: issue.message }
}
