import { type ErrorCode, type Fault, HoneError } from '../domain/errors.ts'

/** Throws an error that lists all faults and words the first; does nothing where there is none. */
export function refuseFaults(code: ErrorCode, faults: readonly Fault[]): void {
  const [first] = faults
  if (!first) return
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
  throw new HoneError(code, `${first.path}: ${first.message}${more}`, { faults })
}
