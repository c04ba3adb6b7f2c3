import type { Hyperparameters } from './fit.ts'
import type { GaussianProcess } from './gaussian-process.ts'

/**
 * The processes of the last proposals, so that the next one, whose rows are mostly the same, goes on from their factors:
 * an extended factor has the bits of a new one, so this saves time and changes nothing.
 */
export class RecentProcesses {
  readonly #capacity: number
  /** The newest comes last. */
  #processes: readonly GaussianProcess[] = []

  /** @param capacity each may hold 8 MB, a factor of the most rows. */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** The newest under these hyperparameters. */
  under(hyperparameters: Hyperparameters): GaussianProcess | undefined {
    return this.#processes.findLast((process) => isEqual(process.hyperparameters, hyperparameters))
  }

  remember(process: GaussianProcess): void {
    const others = this.#processes.filter((one) => !isEqual(one.hyperparameters, process.hyperparameters))
    this.#processes = [...others, process].slice(-this.#capacity)
  }
}

function isEqual(a: Hyperparameters, b: Hyperparameters): boolean {
  const isSameShape = a.noise === b.noise && a.signal === b.signal && a.additiveShare === b.additiveShare
  return (
    isSameShape &&
    a.lengthScales.length === b.lengthScales.length &&
    a.lengthScales.every((length, i) => length === b.lengthScales[i])
  )
}
