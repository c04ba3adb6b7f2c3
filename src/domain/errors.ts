/**
 * The catalogue of everything that can go wrong because of the world, not because of us. One entry here, one
 * heading in openapi/problems.md (a test compares the two). On the wire each is RFC 9457 problem+json.
 */
export const ERRORS = {
  'malformed-request': { status: 400, title: 'Malformed request', retry: 'never' },
  unauthenticated: { status: 401, title: 'A valid token is needed', retry: 'never' },
  forbidden: { status: 403, title: 'The token may not do this', retry: 'never' },
  'foreign-page': { status: 403, title: 'Not for pages from elsewhere', retry: 'never' },
  'not-found': { status: 404, title: 'Not found', retry: 'never' },
  'study-not-found': { status: 404, title: 'Study not found', retry: 'never' },
  'trial-not-found': { status: 404, title: 'Trial not found', retry: 'never' },
  'no-best-trial': { status: 404, title: 'No best trial yet', retry: 'later' },
  'no-model': { status: 404, title: 'No trained network', retry: 'never' },
  'webhook-not-found': { status: 404, title: 'Webhook not found', retry: 'never' },
  'dataset-not-found': { status: 404, title: 'Data set not found', retry: 'never' },
  'method-not-allowed': { status: 405, title: 'Method not allowed', retry: 'never' },
  'too-few-results': { status: 409, title: 'Too few results yet', retry: 'later' },
  'trial-not-completed': { status: 409, title: 'The trial has not completed', retry: 'never' },
  'several-objectives': { status: 409, title: 'Several objectives have no best trial', retry: 'never' },
  'dataset-exists': { status: 409, title: 'A data set of this name is there', retry: 'never' },
  'dataset-in-use': { status: 409, title: 'The data set is in use', retry: 'later' },
  'datasets-full': { status: 409, title: 'No room for more data sets', retry: 'never' },
  'illegal-move': { status: 409, title: 'Not possible in this state', retry: 'never' },
  'budget-used': { status: 409, title: 'The trial budget is used up', retry: 'never' },
  'request-in-progress': { status: 409, title: 'The first request is still running', retry: 'later' },
  'body-too-large': { status: 413, title: 'Request body too large', retry: 'never' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type', retry: 'never' },
  'invalid-study': { status: 422, title: 'Invalid study', retry: 'never' },
  'invalid-dataset': { status: 422, title: 'Invalid data set', retry: 'never' },
  'incompatible-search-space': {
    status: 422,
    title: 'The search space does not fit earlier trials',
    retry: 'never',
  },
  'invalid-params': { status: 422, title: 'Invalid parameter values', retry: 'never' },
  'invalid-webhook': { status: 422, title: 'Invalid webhook', retry: 'never' },
  'idempotency-key-reused': { status: 422, title: 'Idempotency key reused', retry: 'never' },
  'attempt-superseded': { status: 409, title: 'A newer attempt holds this trial', retry: 'never' },
  'trial-finished': { status: 409, title: 'The trial is finished', retry: 'never' },
  'precondition-failed': { status: 412, title: 'The study has changed', retry: 'never' },
  'limit-too-low': { status: 409, title: 'Limit below what there is', retry: 'never' },
  'not-external': { status: 409, title: 'Not an external study', retry: 'never' },
  'unknown-lease': { status: 409, title: 'Unknown lease', retry: 'never' },
  'invalid-request': { status: 422, title: 'Invalid request', retry: 'never' },
  'too-many-requests': { status: 429, title: 'Too many requests', retry: 'later' },
  'storage-unavailable': { status: 503, title: 'Storage unavailable', retry: 'later' },
  overloaded: { status: 503, title: 'Overloaded', retry: 'later' },
  'shutting-down': { status: 503, title: 'Shutting down', retry: 'later' },
  'internal-error': { status: 500, title: 'Internal error', retry: 'never' },
} as const satisfies Record<string, { status: number; title: string; retry: 'never' | 'later' }>

export type ErrorCode = keyof typeof ERRORS

/** One fault at one place in a request: `searchSpace.parameters[0].min`. */
export interface Fault {
  readonly path: string
  readonly message: string
}

/** Of one request more say nothing new. */
export const FAULTS_MAX = 20

/** @param message public: it says what to do, and holds no path, stack or secret. */
export class HoneError extends Error {
  readonly code: ErrorCode
  readonly faults: readonly Fault[]
  /** When to try again; for errors whose retry is `later`. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { faults?: readonly Fault[]; cause?: unknown; retryAfterSeconds?: number } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'HoneError'
    this.code = code
    this.faults = (options.faults ?? []).slice(0, FAULTS_MAX)
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

export function isCode(error: unknown, ...codes: readonly ErrorCode[]): boolean {
  return error instanceof HoneError && codes.includes(error.code)
}
