import { ERRORS, type ErrorCode, type Fault, HoneError } from '../domain/errors.ts'
import { andMore } from '../domain/faults.ts'
import { InvalidInput } from './invalid-input.ts'
import type { Problem } from './schemas/problem.ts'

/** Where an error arose, as far as its problem tells. */
export interface ProblemContext {
  readonly url: string
  readonly requestId: string
  /** The error that a body is which does not fit its schema, on this route. */
  readonly invalidBody?: ErrorCode | undefined
}

/** Any error as RFC 9457. What is not ours to tell (an unknown error's message, a cause) stays in the log. */
export function toProblem(error: unknown, context: ProblemContext): Problem {
  const { code, message, faults } = toHoneError(error, context)
  const { title, status } = ERRORS[code]
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail: message,
    instance: context.url.split('?', 1)[0]!,
    requestId: context.requestId,
    ...(faults.length > 0 && { errors: faults }),
  }
}

function toHoneError(error: unknown, context: ProblemContext): HoneError {
  if (error instanceof HoneError) return error
  if (error instanceof InvalidInput) return invalidInput(error, context.invalidBody)
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown }
  if (code === 'ECONNRESET' && statusCode === 400) return new HoneError('malformed-request', HUNG_UP)
  const known = FRAMEWORK_ERRORS.get(code)
  if (known) return new HoneError(known[0], known[1])
  return new HoneError(
    'internal-error',
    "Something broke on our side. The service's log has it under this requestId.",
  )
}

function invalidInput({ part, faults }: InvalidInput, invalidBody: ErrorCode | undefined): HoneError {
  const code = part === 'body' ? (invalidBody ?? 'malformed-request') : 'malformed-request'
  return new HoneError(code, summary(part, faults), { faults })
}

/** The first fault, and how many more there are. */
function summary(part: string, faults: readonly Fault[]): string {
  const [first] = faults
  const place = first?.path ? `${first.path}:` : `The ${part === 'querystring' ? 'query' : part}`
  return `${place} ${first?.message}${andMore(faults)}`
}

// Fastify marks a client that leaves its body unfinished by the status; what is reset elsewhere has none.
const HUNG_UP = 'The connection was closed before the body had come to its end.'

// What Fastify itself refuses, by its error code.
const FRAMEWORK_ERRORS: ReadonlyMap<unknown, readonly [ErrorCode, string]> = new Map([
  [
    'FST_ERR_CTP_BODY_TOO_LARGE',
    ['body-too-large', 'The body is larger than this service takes: send a smaller one.'],
  ],
  [
    'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    ['unsupported-media-type', 'Send JSON, with the header Content-Type: application/json.'],
  ],
  [
    'FST_ERR_CTP_INVALID_CONTENT_LENGTH',
    ['malformed-request', 'The body is not as long as its Content-Length says.'],
  ],
  ['FST_ERR_BAD_URL', ['malformed-request', 'The URL cannot be decoded: write % as %25.']],
  [
    'FST_ERR_MAX_PARAM_LENGTH',
    ['not-found', 'Nothing answers here: a part of the path is longer than any id.'],
  ],
])
