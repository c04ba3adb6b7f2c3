export const DIAGNOSTIC_CODES = [
  'best-on-bound',
  'many-failures',
  'failing-value',
  'never-feasible',
  'no-difference',
  'values-decades-apart',
  'linear-over-magnitudes',
  'unimportant-parameter',
  'no-progress',
  'small-budget',
] as const

/** One thing that somebody who knows tuning would say about a study. */
export interface Diagnostic {
  readonly code: (typeof DIAGNOSTIC_CODES)[number]
  readonly severity: 'warning' | 'hint'
  readonly parameter?: string
  /** What was seen, and what to do about it. */
  readonly message: string
}
