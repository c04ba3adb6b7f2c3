import type { StudySnapshot } from '../../domain/events.ts'
import type { Trial } from '../../domain/trial.ts'
import type { Importance } from './importance.ts'

/** Completed trials before which hardly anything can be said of them. */
export const MIN_RESULTS = 10

export type DiagnosticCode =
  | 'best-on-bound'
  | 'linear-over-magnitudes'
  | 'unimportant-parameter'
  | 'many-failures'
  | 'failing-value'
  | 'never-feasible'
  | 'no-difference'
  | 'values-decades-apart'
  | 'no-progress'
  | 'small-budget'

/** One thing that somebody who knows tuning would say about a study. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: 'warning' | 'hint'
  readonly parameter?: string
  /** What was seen, and what to do about it. */
  readonly message: string
}

/** What the linter looks at. */
export interface Examined extends StudySnapshot {
  /** Completed trials, the best first. */
  readonly ranked: readonly Trial[]
  /** Of the one objective; empty while no model can be made. */
  readonly importance: readonly Importance[]
}

export type Check = (study: Examined) => readonly Diagnostic[]
