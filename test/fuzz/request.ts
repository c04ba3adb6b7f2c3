import fc from 'fast-check'
import { fromSchema } from './from-schema.ts'
import { ANYTHING, mutated } from './mutate.ts'
import type { ApiDocument, ApiParameter, Operation } from './operations.ts'

/** How far a request keeps to the document: it must be taken, may be refused, or is none that it knows. */
export type Kind = 'valid' | 'mutated' | 'hostile'

export interface FuzzRequest {
  readonly kind: Kind
  readonly operation: Operation
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Whether the operation's own method and path were kept, so that its answers are documented. */
  readonly isAsked: boolean
}

/** Names of things that there are, to ask for. */
export interface World {
  readonly studies: readonly string[]
  /** Operation -> studies that it is made for. */
  readonly fitting: Readonly<Record<string, readonly string[]>>
  readonly others: Readonly<Record<string, readonly string[]>>
  /** Operation -> bodies that fit what there is. */
  readonly bodies: Readonly<Record<string, readonly unknown[]>>
}

type Values = Readonly<Record<string, unknown>>

// Long enough to wait at all.
const WAIT_MS_MAX = 20
const WAITS = new Set(['waitMs', 'timeoutMs'])
const JSON_TYPE = 'application/json'

export function requestTo(
  operation: Operation,
  document: ApiDocument,
  world: World,
): fc.Arbitrary<FuzzRequest> {
  const valid = validRequest(operation, document, world)
  return fc.oneof(
    { weight: 4, arbitrary: valid },
    { weight: 4, arbitrary: valid.chain(mutatedRequest) },
    { weight: 2, arbitrary: valid.chain(hostileRequest) },
  )
}

interface Draft extends FuzzRequest {
  readonly parts: {
    readonly path: Values
    readonly query: Values
    readonly header: Values
    readonly body: unknown
  }
  readonly mediaType: string | undefined
}

function validRequest(operation: Operation, document: ApiDocument, world: World): fc.Arbitrary<Draft> {
  const parts = fc.record({
    path: valuesFor(operation, 'path', document, world),
    query: valuesFor(operation, 'query', document, world).map(withoutLongWaits),
    header: valuesFor(operation, 'header', document, world),
  })
  const content = Object.entries(operation.body?.content ?? {})
  const bodies = content.map(([mediaType, { schema, examples = {} }]) => {
    const made = fromSchema(schema, document.components.schemas)
    const fitting = world.bodies[operation.id] ?? []
    const shown = [...Object.values(examples).map(({ value }) => value), ...fitting, ...fitting]
    const body = shown.length > 0 ? fc.oneof(made, fc.constantFrom(...shown)) : made
    return body.map((value) => ({ mediaType, body: withoutLongWaits(value) }))
  })
  const none = fc.constant({ mediaType: undefined, body: undefined })
  const body: fc.Arbitrary<{ mediaType: string | undefined; body: unknown }> =
    bodies.length > 0 ? fc.oneof(...bodies) : none
  return fc.tuple(parts, body).map(([rest, { mediaType, body: value }]) => {
    return build(operation, 'valid', { ...rest, body: value }, mediaType)
  })
}

function build(
  operation: Operation,
  kind: Kind,
  parts: Draft['parts'],
  mediaType: string | undefined,
): Draft {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encode(parts.path[name]))
  const query = Object.entries(parts.query).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  const headers = Object.fromEntries(
    Object.entries(parts.header)
      .map(([name, value]) => [name, headerText(value)] as const)
      // One of spaces alone is empty once it is sent.
      .filter(([, text]) => kind !== 'valid' || text !== ''),
  )
  const hasBody = mediaType !== undefined && parts.body !== undefined
  return {
    kind,
    operation,
    method: operation.method,
    path: query.length > 0 ? `${path}?${query.join('&')}` : path,
    headers: { ...headers, ...(hasBody && { 'content-type': mediaType }) },
    ...(hasBody && { body: bodyText(parts.body, mediaType) }),
    isAsked: true,
    parts,
    mediaType,
  }
}

function bodyText(body: unknown, mediaType: string): string {
  if (mediaType !== JSON_TYPE && typeof body === 'string') return body
  if (mediaType.endsWith('ndjson'))
    return [body]
      .flat()
      .map((line) => JSON.stringify(line))
      .join('\n')
  return JSON.stringify(body)
}

function valuesFor(
  operation: Operation,
  place: ApiParameter['in'],
  { components }: ApiDocument,
  world: World,
): fc.Arbitrary<Values> {
  const here = operation.parameters.filter((parameter) => parameter.in === place)
  const fields = Object.fromEntries(
    here.map(({ name, schema }) => {
      const made = fromSchema(schema, components.schemas)
      return [name, place === 'path' ? existing(name, made, world, operation) : made]
    }),
  )
  const requiredKeys = here.filter(({ required }) => required).map(({ name }) => name)
  return fc.record(fields, { requiredKeys: requiredKeys as never[] })
}

/** Mostly something that there is. */
function existing(
  name: string,
  made: fc.Arbitrary<unknown>,
  world: World,
  { id }: Operation,
): fc.Arbitrary<unknown> {
  const studies = [
    ...world.studies,
    ...(world.fitting[id] ?? []).flatMap((one) => Array(5).fill(one) as string[]),
  ]
  const known = name === 'study' ? studies : (world.others[name] ?? [])
  // An empty part of a path is another path.
  const other = made.filter((value) => String(value) !== '')
  if (known.length === 0) return other
  return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: other })
}

/** Nobody has the time to wait for what will not come. */
function withoutLongWaits<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).map(([name, one]) =>
    WAITS.has(name) && typeof one === 'number' ? [name, Math.min(one, WAIT_MS_MAX)] : [name, one],
  )
  const known = Object.fromEntries(entries) as Record<string, unknown>
  return ('waitFor' in known ? { timeoutMs: WAIT_MS_MAX, ...known } : known) as Value
}

function mutatedRequest({ operation, parts, mediaType }: Draft): fc.Arbitrary<FuzzRequest> {
  const places = (['path', 'query', 'header', 'body'] as const).filter(
    (place) => place === 'query' || (place === 'body' ? mediaType : Object.keys(parts[place]).length > 0),
  )
  return fc.constantFrom(...places).chain((place) => {
    const change = place === 'body' ? mutated(parts.body) : mutatedValues(parts[place], place)
    return change.map((part) => build(operation, 'mutated', { ...parts, [place]: part }, mediaType))
  })
}

/** Still a set of names with values: that is all that a URL or a header can hold. */
function mutatedValues(values: Values, place: ApiParameter['in']): fc.Arbitrary<Values> {
  const odd = place === 'query' ? ['limit', 'unknown', '__proto__', ''] : []
  const names = [...Object.keys(values), ...odd]
  return fc.tuple(fc.constantFrom(...names), ANYTHING).map(([name, value]) => ({ ...values, [name]: value }))
}

const NAUGHTY_BODIES = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '{',
    '[]',
    '"',
    'null',
    '{"a":1}{"b":2}',
    '\u0000',
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":{}}}',
  ),
  fc.constantFrom(
    '['.repeat(100_000),
    `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    '{"a":1e999}',
    '1'.repeat(100_000),
  ),
)
const MEDIA_TYPES = fc.constantFrom(
  JSON_TYPE,
  'text/plain',
  'application/xml',
  'multipart/form-data',
  'application/x-ndjson',
  '',
  ';',
  'application/json; charset=utf-16',
)
const METHODS = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')
const PATHS = fc.constantFrom(
  '/',
  '//',
  '/v1/',
  '/v1/studies//',
  '/%00',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/../package.json',
  '/docs/static/..%2f..%2fpackage.json',
  '/v1/studies/%ff',
  '/problems/..%2fexamples',
  '/v1/studies?limit=1&limit=2',
  '/v1/studies?a[b]=c',
)

/** Nothing that the document knows: wrong bodies, types, methods, paths and headers. */
function hostileRequest(draft: Draft): fc.Arbitrary<FuzzRequest> {
  const { operation, headers, path, method } = draft
  const base = { kind: 'hostile' as const, operation, method, path, headers, isAsked: true }
  return fc.oneof(
    fc
      .record({ body: NAUGHTY_BODIES, type: MEDIA_TYPES })
      .map(({ body, type }) => ({ ...base, body, headers: { ...headers, 'content-type': type } })),
    METHODS.map((other) => ({ ...base, method: other, isAsked: false })),
    PATHS.map((other) => ({ ...base, path: other, isAsked: false })),
    fc
      .string({ maxLength: 60 })
      .map((tail) => ({ ...base, path: `${path}/${encode(tail)}`, isAsked: false })),
    fc
      .record({
        name: fc.constantFrom(
          'if-none-match',
          'last-event-id',
          'idempotency-key',
          'accept',
          'authorization',
          'if-match',
          'traceparent',
        ),
        value: fc.string({ maxLength: 300 }),
      })
      .map(({ name, value }) => ({
        ...base,
        ...(draft.body !== undefined && { body: draft.body }),
        headers: { ...headers, [name]: headerText(value) },
      })),
  )
}

function encode(value: unknown): string {
  return encodeURIComponent(
    plainText(value)
      .slice(0, 3000)
      .replace(/\p{Surrogate}/gu, '?'),
  )
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** What Node lets through as the value of a header. */
function headerText(value: unknown): string {
  return plainText(value)
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 2000)
    .trim()
}
