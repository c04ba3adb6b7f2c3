import type { LinearAlgebra } from '../math/linear-algebra.ts'
import { Memo } from './memo.ts'
import type { Hyperparameters } from './surrogates/fit.ts'
import { RecentProcesses } from './surrogates/recent-processes.ts'

/** What proposals are computed with. The algebra is part of a proposal's origin; what is remembered changes no answer. */
export interface Numerics {
  readonly algebra: LinearAlgebra
  /** Logarithms of hyperparameters by the data that a first fit to them began with. */
  readonly regions: Memo<Float64Array>
  /** Likely hyperparameters by all data they were fitted to. */
  readonly fits: Memo<readonly Hyperparameters[]>
  readonly processes: RecentProcesses
}

// A few are asked for again at each proposal until the next is due; a process serves several studies in turn.
const FITS = 32
// A model for each of a few studies, or the few models of one.
const PROCESSES = 4

/** One a process: proposals of its studies then share what is remembered. */
export function createNumerics(algebra: LinearAlgebra): Numerics {
  return { algebra, regions: new Memo(FITS), fits: new Memo(FITS), processes: new RecentProcesses(PROCESSES) }
}
