import type { Diagnostic } from '../../domain/diagnostic.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Trial } from '../../domain/trial.ts'
import type { Importance } from './importance.ts'

/** Completed trials before which hardly anything can be said of them. */
export const MIN_DIAGNOSED = 10

/** What the linter looks at. */
export interface Examined extends StudySnapshot {
  /** Completed trials, the best first. */
  readonly ranked: readonly Trial[]
  /** Of the one objective; empty while no model can be made. */
  readonly importance: readonly Importance[]
}

export type Check = (study: Examined) => readonly Diagnostic[]
