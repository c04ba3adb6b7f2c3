import type { StudyId } from './ids.ts'
import type { ParameterValues } from './search-space.ts'

/** What earlier studies teach a new one: worked out when it is created, and part of its definition from then on. */
export interface WarmStart {
  /** The studies that were learned from. */
  readonly studies: readonly StudyId[]
  /** What to try before anything else, in this order; none where nothing was found to begin with. */
  readonly points: readonly StartPoint[]
}

export interface StartPoint {
  readonly params: ParameterValues
  /** The study in which these values did well. */
  readonly from: StudyId
}
