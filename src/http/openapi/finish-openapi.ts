import { STATUS_CODES } from 'node:http'
import type { Example } from './read-examples.ts'

const FORM = 'multipart/form-data'

type Json = Readonly<Record<string, unknown>>

/**
 * Turns the generated document into one that people and code generators can use: each schema once, discriminators
 * named, bounds that say nothing dropped, examples shown.
 */
export function finishOpenapi(document: Json, examples: readonly Example[]): Json {
  const components = document.components as Json & { schemas: Readonly<Record<string, Json>> }
  const { schemas } = components
  const finished = { ...document, components: { ...components, schemas: inputSchemas(schemas) } }
  return rewrite(finished, (node) =>
    withExamples(withForm(withDescription(withDiscriminator(tidy(node), schemas))), examples),
  )
}

/** Applies `change` to every object in a JSON value, innermost first. */
function rewrite<Value>(value: Value, change: (node: Json) => Json): Value {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change)) as Value
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, child]) => [key, rewrite(child, change)])
  return change(Object.fromEntries(entries)) as Value
}

/**
 * The generator writes each schema twice, `X` and `XInput`. They differ in one thing: only `XInput` lets answers have
 * fields that clients do not know yet. So that one is kept, under the plain name.
 */
function inputSchemas(schemas: Readonly<Record<string, Json>>): Record<string, Json> {
  const names = Object.keys(schemas).filter((name) => `${name}Input` in schemas)
  return Object.fromEntries(names.sort().map((name) => [name, schemas[`${name}Input`]!]))
}

/** Drops what zod writes although it constrains nothing, or repeats what `format` says. */
function tidy(node: Json): Json {
  const { minimum, maximum, propertyNames, pattern, $ref, ...rest } = node
  return {
    ...rest,
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
    ...(pattern !== undefined && rest.format === undefined && { pattern }),
    ...($ref !== undefined && { $ref: ($ref as string).replace(/Input$/, '') }),
  }
}

/** Names the property that tells the alternatives of a `oneOf` apart, where each of them must have it. */
function withDiscriminator(node: Json, schemas: Readonly<Record<string, Json>>): Json {
  if (!Array.isArray(node.oneOf)) return node
  const refs = (node.oneOf as Json[]).map((alternative) => alternative.$ref as string)
  const constants = refs.map((ref) => constantsOf(schemas[ref.split('/').at(-1)!]!))
  const propertyName = Object.keys(constants[0]!).find((name) => constants.every((one) => name in one))
  if (!propertyName) return node
  const mapping = Object.fromEntries(
    refs.flatMap((ref, i) => constants[i]![propertyName]!.map((value) => [value, ref])),
  )
  return { ...node, discriminator: { propertyName, mapping } }
}

/** The few values that a property can have, by its name. */
function constantsOf(schema: Json): Record<string, readonly string[]> {
  const required = schema.required as readonly string[]
  const properties = Object.entries(schema.properties as Record<string, Json>)
  return Object.fromEntries(
    properties.flatMap(([name, { const: value, enum: values = value && [value] }]) =>
      values && required.includes(name) ? [[name, values as readonly string[]]] : [],
    ),
  )
}

/** The generator's "Default Response" gives way to what the status means. */
function withDescription(node: Json): Json {
  const statuses = Object.keys(node).filter((key) => /^[1-5]\d\d$/.test(key))
  const described = statuses.map((status) => {
    const response = node[status] as Json
    const isDefault = response.description === 'Default Response'
    return [status, isDefault ? { ...response, description: STATUS_CODES[status] } : response]
  })
  return { ...node, ...Object.fromEntries(described) }
}

/** What is sent as a file may come in a form: the generator knows one schema for all types of a body. */
function withForm(node: Json): Json {
  const { [FORM]: form, ...content } = (node.content ?? {}) as Record<string, Json>
  if (!form) return node
  const schema = { type: 'object', properties: { file: form.schema }, required: ['file'] }
  return { ...node, content: { ...content, [FORM]: { ...form, schema } } }
}

/** Shows the files of openapi/examples at the requests whose bodies they are. */
function withExamples(node: Json, examples: readonly Example[]): Json {
  const body = node.requestBody as
    | { content: { 'application/json'?: { schema: { $ref: string } } } }
    | undefined
  const media = body?.content['application/json']
  if (!body || !media) return node
  const shown = examples.filter(({ schema }) => media.schema.$ref.endsWith(`/${schema}`))
  const entries = shown.map(({ name, summary, value }) => [name, { summary, value }])
  const content = { ...body.content, 'application/json': { ...media, examples: Object.fromEntries(entries) } }
  return { ...node, requestBody: { ...body, content } }
}
