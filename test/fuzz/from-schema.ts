import fc from 'fast-check'
import type { Schema } from './operations.ts'

type Schemas = Readonly<Record<string, Schema>>

// Beyond it, what is optional is left out: schemas may hold themselves.
const DEPTH_MAX = 6
const TEXT = fc.string({ maxLength: 12 })
const ANY_NUMBER = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, -0, 1e-320, 5e-324, 1e308, -1e308, 2 ** 53, 0.1),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)

/** Values that a schema of the document allows. */
export function fromSchema(schema: Schema, schemas: Schemas, depth = 0): fc.Arbitrary<unknown> {
  if (schema.$ref) return fromSchema(schemas[schema.$ref.split('/').at(-1)!]!, schemas, depth + 1)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map((choice) => fromSchema(choice, schemas, depth)))
  switch ([schema.type].flat()[0]) {
    case 'string':
      return text(schema)
    case 'integer':
      return wholeNumber(schema)
    case 'number':
      return number(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return array(schema, schemas, depth)
    case 'object':
      return object(schema, schemas, depth)
    default:
      return fc.jsonValue({ maxDepth: 2 }).filter(isHarmless)
  }
}

function text({ pattern, format, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (pattern) return fc.stringMatching(new RegExp(pattern))
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
  if (format === 'uri') return fc.webUrl()
  const most = Math.max(minLength, Math.min(maxLength, 40))
  const odd = fc
    .string({ unit: 'grapheme', minLength, maxLength: most })
    .filter((one) => one.length <= maxLength)
  return fc.oneof(fc.string({ minLength, maxLength: most }), odd)
}

function bounds(schema: Schema): { min: number; max: number } {
  const min = schema.minimum ?? schema.exclusiveMinimum ?? Number.MIN_SAFE_INTEGER
  const max = schema.maximum ?? schema.exclusiveMaximum ?? Number.MAX_SAFE_INTEGER
  return { min, max }
}

function wholeNumber(schema: Schema): fc.Arbitrary<number> {
  const { min, max } = bounds(schema)
  const low = Math.ceil(min) + (schema.exclusiveMinimum === min ? 1 : 0)
  const high = Math.floor(max) - (schema.exclusiveMaximum === max ? 1 : 0)
  // Small numbers mostly: counts and steps.
  return fc.oneof(
    fc.integer({ min: low, max: Math.min(high, low + 20) }),
    fc.integer({ min: low, max: high }),
  )
}

function number(schema: Schema): fc.Arbitrary<number> {
  const { min, max } = bounds(schema)
  const fits = (value: number) =>
    value >= (schema.minimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) &&
    value < (schema.exclusiveMaximum ?? Infinity)
  const inside = fc.double({ min, max, noNaN: true }).filter(fits)
  return fc.oneof(
    inside,
    ANY_NUMBER.map((value) => (fits(value) ? value : undefined)).chain((value) =>
      value === undefined ? inside : fc.constant(value),
    ),
  )
}

function array(schema: Schema, schemas: Schemas, depth: number): fc.Arbitrary<unknown[]> {
  if (schema.prefixItems)
    return fc.tuple(...schema.prefixItems.map((item) => fromSchema(item, schemas, depth + 1)))
  const { minItems = 0, maxItems = minItems + 4, items = {} } = schema
  const maxLength = depth > DEPTH_MAX ? minItems : Math.min(maxItems, minItems + 4)
  return fc.array(fromSchema(items, schemas, depth + 1), { minLength: minItems, maxLength })
}

function object(schema: Schema, schemas: Schemas, depth: number): fc.Arbitrary<object> {
  const { properties = {}, required = [], additionalProperties } = schema
  const names = Object.keys(properties).filter((name) => depth <= DEPTH_MAX || required.includes(name))
  const fields = Object.fromEntries(
    names.map((name) => [name, fromSchema(properties[name]!, schemas, depth + 1)]),
  )
  const known = fc.record(fields, { requiredKeys: [...required] as never[] })
  if (typeof additionalProperties !== 'object' || depth > DEPTH_MAX) return known
  // The parser refuses this one key, whatever a schema says.
  const key = TEXT.filter((name) => name !== '__proto__')
  const more = fc.dictionary(key, fromSchema(additionalProperties, schemas, depth + 1), {
    maxKeys: 3,
    noNullPrototype: true,
  })
  return fc.tuple(more, known).map(([extra, own]) => ({ ...extra, ...own }))
}

/** No body may have keys that poison prototypes, which no schema can say; JSON.parse makes them keys like any other. */
function isHarmless(value: unknown): boolean {
  return !JSON.stringify(value).includes('"__proto__"')
}
