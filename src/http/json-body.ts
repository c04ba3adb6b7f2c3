import { HoneError } from '../domain/errors.ts'
import type { App } from './app-type.ts'

/** Bodies are JSON and nothing else. An empty one is no body, whatever its content type. */
export function parseJsonBodies(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined)
    void parse(request, body as string, (error, value) =>
      error ? done(malformed(body as string)) : done(null, value),
    )
  })
}

/** The framework's parser does not say where the mistake is; JSON.parse does. */
function malformed(body: string): HoneError {
  return new HoneError('malformed-request', `The body is not valid JSON: ${reason(body)}.${advice(body)}`)
}

/** What Python's json and others write for numbers that JSON does not have. */
function advice(body: string): string {
  const outsideOfTexts = body.replace(/"(?:[^"\\]|\\.)*"/g, '')
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
