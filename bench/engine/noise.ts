/** Mean and sample standard deviation of a figure over seeds. */
export interface Spread {
  readonly mean: number
  readonly deviation: number
  readonly seeds: number
}

/** @param values one or more */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0
  return { mean, deviation, seeds: values.length }
}

// Both programs print figures of single precision: 0.986667 and 0.98666668 are the same.
const RESOLUTION = 1e-6

/**
 * Difference of two means in standard errors of that difference (Welch 1947); 0 where the means are the same, infinite
 * where they differ without any spread.
 */
export function standardErrors(a: Spread, b: Spread): number {
  const difference = a.mean - b.mean
  const isNone = Math.abs(difference) <= RESOLUTION * Math.abs(b.mean)
  return isNone ? 0 : difference / Math.hypot(errorOf(a), errorOf(b))
}

function errorOf({ deviation, seeds }: Spread): number {
  return deviation / Math.sqrt(seeds)
}

/**
 * Beyond so many standard errors two means differ by more than chance. With five seeds each, the difference of equal
 * means is beyond 4 once in 250 (Student's t, 8 degrees of freedom), so once in 14 runs for one of 18 figures.
 */
export const NOISE = 4
