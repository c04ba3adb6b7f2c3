/** The nearest value of a range; NaN stays. */
export function clamp(value: number, low = 0, high = 1): number {
  return Math.min(Math.max(value, low), high)
}
