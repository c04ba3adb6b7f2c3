import { ReplyError } from 'ioredis'
import { type ErrorCode, HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import { LEGAL_MOVES, type StudyState, type StudyVerb } from '../domain/study.ts'

/** What a refused operation was about, for its message. */
export interface Subject {
  readonly id: StudyId
  readonly number?: number
  readonly attempt?: number
  /** Token of a request that may come again. */
  readonly token?: string
  /** What was tried, as in "cannot ...". */
  readonly verb?: string
  /** What to do when the study has ended. */
  readonly instead?: string
}

type Refusal = Extract<
  ErrorCode,
  | 'study-not-found'
  | 'trial-not-found'
  | 'illegal-move'
  | 'budget-used'
  | 'attempt-superseded'
  | 'trial-finished'
  | 'not-external'
  | 'precondition-failed'
  | 'limit-too-low'
  | 'unknown-lease'
>

/** `detail` is what the script says after the code. */
const MESSAGES: Readonly<Record<Refusal, (subject: Subject, detail: string) => string>> = {
  'study-not-found': ({ id }) => `There is no study ${id}.`,
  'trial-not-found': ({ id, number }) => `Study ${id} has no trial ${number}.`,
  'illegal-move': ({ verb = 'change', instead }, state) =>
    `The study is ${state} and cannot ${verb}. ${legalMoves(state as StudyState) ?? instead ?? 'No move is possible any more.'}`,
  'budget-used': (_, detail) => {
    const [trials, left] = detail.split(' ')
    const given = left === '0' ? 'are given out' : `but ${left} are given out, fewer than you sent`
    return `All ${trials} trials of the study ${given}. Raise limits.trials by PATCH of the study, or create another one.`
  },
  'attempt-superseded': ({ number, attempt }) =>
    `Attempt ${attempt} does not hold trial ${number} (any more). Drop its work.`,
  'precondition-failed': (_, revision) =>
    `The study is at revision ${revision} now: GET it, and send its ETag with what you want then.`,
  'limit-too-low': (_, trials) =>
    `limits.trials: must be at least ${trials}, for that many trials are there already.`,
  'not-external': () =>
    'Hone trains the trials of this study itself: only those of an external study are asked for.',
  'unknown-lease': ({ number, attempt }) =>
    attempt === 0
      ? `Trial ${number} was given out not at all or more than once: send the token of your lease.`
      : `Trial ${number} has had no such lease: send the token that came with it.`,
  'trial-finished': ({ number }) => `Trial ${number} is finished; a finished trial never changes.`,
}

// The server refuses because of its own condition, which passes or is put right by its operator.
const SERVER_CONDITION =
  /^(OOM|READONLY|LOADING|MISCONF|BUSY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN|NOAUTH|WRONGPASS|NOPERM|EXECABORT)\b/

/** The HoneError of a script's refusal or of a Redis that is away; anything else is our own mistake and stays. */
export function toHoneError(error: unknown, subject: Subject | undefined): unknown {
  // ioredis types its ReplyError as any.
  if (!(error instanceof Error && error instanceof ReplyError)) return unavailable(error)
  const [, code, detail = ''] = /^HONE (\S+) ?(.*)$/.exec(error.message) ?? []
  if (code && subject) return refused(code as Refusal, subject, detail)
  return SERVER_CONDITION.test(error.message) ? unavailable(error) : error
}

export function refused(code: Refusal, subject: Subject, detail = ''): HoneError {
  return new HoneError(code, MESSAGES[code](subject, detail))
}

function unavailable(cause: unknown): HoneError {
  return new HoneError('storage-unavailable', isOutOfMemory(cause) ? FULL : AWAY, { cause })
}

const AWAY = 'The storage does not answer. Try again in a moment.'
const FULL =
  'The storage is full, and takes nothing new until studies are deleted or Redis is given more memory.'

/** Whether an operation failed because Redis has no memory left. */
export function isFull(error: unknown): boolean {
  return error instanceof HoneError && isOutOfMemory(error.cause)
}

/** A transaction tells why by the errors of its parts. */
function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { previousErrors = [] } = error as { previousErrors?: readonly Error[] }
  return [error, ...previousErrors].some(({ message }) => message.startsWith('OOM'))
}

function legalMoves(state: StudyState): string | undefined {
  const verbs = Object.keys(LEGAL_MOVES) as StudyVerb[]
  const legal = verbs.filter((verb) => LEGAL_MOVES[verb].from.includes(state))
  return legal.length > 0 ? `Possible now: ${legal.join(', ')}.` : undefined
}
