import { z } from 'zod'
import { quoted } from '../../domain/faults.ts'
import { closestName } from './closest-name.ts'

/** What would be right in place of what was sent: `must be a number, not a string`. */
export function faultMessage(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return mustBe(expectedType(issue), issue.input)
    case 'invalid_value':
      return oneOf(issue.values, issue.input)
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum)
    case 'too_big':
      return bound(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum)
    case 'invalid_union':
      return unionMessage(issue)
    case 'invalid_format':
      return mustBe(`text that matches ${issue.pattern ?? issue.format}`, issue.input)
    case 'invalid_key':
      return `its name ${issue.issues[0]!.message}`
    default:
      return 'is not valid here'
  }
}

type TypeIssue = Extract<z.core.$ZodRawIssue, { code: 'invalid_type' }>

/** With an example where the schema has one: `an object such as {"kind":"mlp","dataset":"digits"}`. */
function expectedType({ inst, expected }: TypeIssue): string {
  const name = typeName(isWhole(inst) ? 'int' : expected)
  const [example] = (inst && ((inst as z.ZodType).meta()?.examples as unknown[])) ?? []
  return example === undefined ? name : `${name} such as ${JSON.stringify(example)}`
}

/** Whether only whole numbers are taken; zod says so only once it has been given a number. */
function isWhole(schema: unknown): boolean {
  return schema instanceof z.ZodNumberFormat && schema.format === 'safeint'
}

type UnionIssue = Extract<z.core.$ZodRawIssue, { code: 'invalid_union' }>

function unionMessage(issue: UnionIssue): string {
  if (issue.discriminator !== undefined) {
    const sent = (issue.input as Record<string, unknown>)[issue.discriminator]
    // `undefined` among them stands for an alternative that needs no discriminator.
    const options = issue.options as readonly unknown[]
    return oneOf(
      options.filter((option) => option !== undefined),
      sent,
    )
  }
  const { options } = issue.inst as z.ZodUnion
  return mustBe(options.map((option) => alternativeName(option as z.ZodType)).join(' or '), issue.input)
}

function alternativeName(schema: z.ZodType): string {
  if (!(schema instanceof z.ZodLiteral)) return typeName(schema.type)
  return [...schema.values].map((value) => JSON.stringify(value)).join(' or ')
}

function oneOf(values: readonly unknown[], sent: unknown): string {
  const list = values.map((value) => JSON.stringify(value)).join(', ')
  const what = values.length === 1 ? list : `one of ${list}`
  if (typeof sent !== 'string') return mustBe(what, sent)
  const meant = closestName(sent, values.map(String))
  return meant ? `must be ${what}; did you mean "${meant}"?` : mustBe(what, sent)
}

function mustBe(what: string, sent: unknown): string {
  if (sent === undefined) return `is missing; it must be ${what}`
  // NaN is what coercion made of a query's text, not what was sent.
  return Number.isNaN(sent) ? `must be ${what}` : `must be ${what}, not ${describe(sent)}`
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  number: 'a finite number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  tuple: 'a list',
}

function typeName(type: string): string {
  return TYPE_NAMES[type] ?? type
}

function describe(sent: unknown): string {
  if (sent === null) return 'null'
  if (Array.isArray(sent)) return 'a list'
  if (typeof sent === 'object') return 'an object'
  if (typeof sent === 'number') return `${sent}` // JSON has no Infinity
  return quoted(sent)
}

const COUNTED: Readonly<Record<string, string>> = { string: ' letters', array: ' items', tuple: ' items' }

function bound(origin: string, comparison: string, limit: number | bigint): string {
  const unit = COUNTED[origin]
  if (!unit) return `must be ${comparison} ${limit}`
  return `must have ${comparison} ${limit}${limit === 1 || limit === 1n ? unit.slice(0, -1) : unit}`
}
