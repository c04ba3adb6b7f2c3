import { HoneError } from '../domain/errors.ts'
import type { LeasedTrial } from '../services/ports/study-records.ts'
import type { LeaseView } from './schemas/lease.ts'

/** The token of the lease that an attempt is. */
function tokenOf(number: number, attempt: number): string {
  return `${number}-${attempt}`
}

/** The attempt that a token stands for; 0 for no token. */
export function attemptFrom(number: number, token: string | undefined): number {
  if (token === undefined) return 0
  const [, of, attempt] = /^(\d{1,9})-([1-9]\d{0,8})$/.exec(token) ?? []
  if (Number(of) === number) return Number(attempt)
  throw new HoneError(
    'unknown-lease',
    `This is no token of trial ${number}: send the one that came with its lease.`,
  )
}

export function presentLease(number: number, attempt: number, expiresAt: Date): LeaseView {
  return { token: tokenOf(number, attempt), expiresAt: expiresAt.toISOString() }
}

export function leaseOf({ trial, expiresAt }: LeasedTrial): LeaseView {
  return presentLease(trial.number, trial.attempt, expiresAt)
}
