import { type ErrorCode, type Fault, HoneError } from '../domain/errors.ts'
import { andMore } from '../domain/faults.ts'

/** Throws an error that lists the faults and words the first; does nothing where there is none. */
export function refuseFaults(code: ErrorCode, faults: readonly Fault[]): void {
  const [first] = faults
  if (!first) return
  throw new HoneError(code, `${first.path}: ${first.message}${andMore(faults)}`, { faults })
}
