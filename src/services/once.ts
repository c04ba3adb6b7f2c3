import { createHash } from 'node:crypto'
import { HoneError } from '../domain/errors.ts'
import type { ServiceDeps } from './deps.ts'

/** A request that its sender may send again. */
export interface KeyedRequest {
  /** The sender's name for it; undefined when the sender gave none. */
  readonly key: string | undefined
  /** What keys are told apart by besides: the same key elsewhere is another. */
  readonly scope: string
  readonly content: unknown
}

/** What was made, as JSON can hold it. */
export interface Made<Thing> {
  readonly thing: Thing
  /** Whether it is the answer to an earlier request with the same key. */
  readonly isRepeated: boolean
}

/**
 * Makes something once, however often it is asked for within a day. `make` gets a token, the same for the same request
 * within that day, by which the store recognizes what it has made already: so that nothing is doubled when a process
 * dies, or an answer is lost, after the thing was stored and before this could be noted.
 *
 * @param isMade of what `make` gave, whether there is anything in it to make only once; otherwise the next request with
 *   this key tries again.
 * @throws idempotency-key-reused, request-in-progress
 */
export async function once<Thing>(
  deps: ServiceDeps,
  { key, scope, content }: KeyedRequest,
  make: (token: string | undefined) => Promise<Thing>,
  isMade: (thing: Thing) => boolean = () => true,
): Promise<Made<Thing>> {
  if (key === undefined) return { thing: await make(undefined), isRepeated: false }
  const name = digest([scope, key])
  const fingerprint = digest([scope, key, content])
  const claim = await deps.answers.claim(name, fingerprint)
  if (claim.kind === 'answered') return { thing: JSON.parse(claim.answer) as Thing, isRepeated: true }
  if (claim.kind !== 'yours') throw refusal(claim.kind)
  return { thing: await makeAndKeep(deps, name, fingerprint, make, isMade), isRepeated: false }
}

async function makeAndKeep<Thing>(
  { answers, logger }: ServiceDeps,
  name: string,
  fingerprint: string,
  make: (token: string) => Promise<Thing>,
  isMade: (thing: Thing) => boolean,
): Promise<Thing> {
  // The claim runs out by itself; until then the sender is told to wait.
  const failed = (err: unknown) => logger.warn({ err }, 'idempotency key not updated')
  try {
    const thing = await make(await answers.tokenOf(fingerprint))
    const kept = isMade(thing)
      ? answers.keep(name, fingerprint, JSON.stringify(thing))
      : answers.release(name)
    await kept.catch(failed)
    return thing
  } catch (error) {
    // Nothing was made, or the token finds it: the next request with this key tries again.
    await answers.release(name).catch(failed)
    throw error
  }
}

function refusal(kind: 'in-progress' | 'other-request'): HoneError {
  return kind === 'in-progress'
    ? new HoneError('request-in-progress', 'The first request with this Idempotency-Key is not answered yet.')
    : new HoneError(
        'idempotency-key-reused',
        'This Idempotency-Key came with another body before: use a new key for a new request.',
      )
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
