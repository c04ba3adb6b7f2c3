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
  return new HoneError('malformed-request', `The body is not valid JSON: ${reason(body)}.`)
}

function reason(body: string): string {
  try {
    JSON.parse(body)
    return 'the keys `__proto__` and `constructor.prototype` are not allowed'
  } catch (error) {
    return (error as SyntaxError).message
  }
}
