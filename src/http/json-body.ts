import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import { HoneError } from '../domain/errors.ts'
import type { App } from './app-type.ts'
import { JSON_LINES, parseJsonLines } from './json-lines.ts'

/**
 * Bodies are JSON and nothing else, or lines of it where a route's schema `consumes` them. An empty one is no body,
 * whatever its content type.
 */
export function parseJsonBodies(app: App): void {
  const parse = strictParser(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) =>
      body.length === 0 ? undefined : parse(request, textOf(body), 'The body'),
  )
  app.addContentTypeParser(
    JSON_LINES,
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (!request.routeOptions.schema?.consumes?.includes(JSON_LINES)) throw notTaken()
      return parseJsonLines(textOf(body), (text, line) => parse(request, text, line))
    },
  )
  // What curl sends with `-d ''`.
  app.addContentTypeParser('*', async ({ headers }: FastifyRequest) => {
    if (headers['content-length'] !== '0') throw notJson()
  })
}

/** JSON has no other encoding (RFC 8259, 8.1); what another one says would silently become other letters. */
function textOf(body: Buffer): string {
  if (isUtf8(body)) return body.toString('utf8')
  throw new HoneError('malformed-request', 'The body is not UTF-8: send JSON in no other encoding.')
}

type Parse = (request: FastifyRequest, text: string, what: string) => unknown

/** The framework's parser, which refuses keys that poison prototypes, made to throw. It calls back at once. */
function strictParser(app: App): Parse {
  const parse = app.getDefaultJsonParser('error', 'error')
  return (request, text, what) => {
    let answer: { readonly error: Error | null; readonly value: unknown } | undefined
    void parse(request, text, (error, value) => {
      answer = { error, value }
    })
    if (!answer || answer.error) throw malformed(text, what)
    if (isTooDeep(answer.value)) throw tooDeep(what)
    return answer.value
  }
}

// The deepest that means something, a search space's condition in a study, has six levels.
const LEVELS_MAX = 32

/** Level by level: a walk by recursion, as JSON.stringify's is, comes to the end of the stack. */
function isTooDeep(value: unknown): boolean {
  let level = [value].filter(isObject)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > LEVELS_MAX) return true
    level = level.flatMap((object) => Object.values(object).filter(isObject))
  }
  return false
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function tooDeep(what: string): HoneError {
  return new HoneError('malformed-request', `${what} is nested too deeply: at most ${LEVELS_MAX} levels.`)
}

function notJson(): HoneError {
  return new HoneError('unsupported-media-type', 'Send JSON, with the header Content-Type: application/json.')
}

function notTaken(): HoneError {
  return new HoneError(
    'unsupported-media-type',
    'Lines of JSON are not taken here: send one JSON value, with the header Content-Type: application/json.',
  )
}

/** The framework's parser does not say where the mistake is; JSON.parse does. */
function malformed(text: string, what: string): HoneError {
  return new HoneError('malformed-request', `${what} is not valid JSON: ${reason(text)}.${advice(text)}`)
}

/** What Python's json and others write for numbers that JSON does not have. */
function advice(body: string): string {
  // One that is never closed goes to the end: looked for again from each quote in it, it would take minutes.
  const outsideOfTexts = body.replace(/"(?:[^"\\]|\\.?)*(?:"|$)/gs, '')
  if (!/\b(?:NaN|Infinity)\b/.test(outsideOfTexts)) return ''
  return ' JSON has no NaN and no Infinity: of a training that came to one, tell `failed` or `infeasible` with a reason.'
}

function reason(body: string): string {
  try {
    JSON.parse(body)
    return 'the keys `__proto__` and `constructor.prototype` are not allowed'
  } catch (error) {
    return (error as SyntaxError).message
  }
}
