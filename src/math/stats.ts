export function mean(values: ArrayLike<number>): number {
  // The running mean, so that values near the largest double do not overflow a sum.
  let result = 0
  for (let i = 0; i < values.length; i++) result += values[i]! / (i + 1) - result / (i + 1)
  return result
}

/** By one sum, to fewer roundings, for values whose sum cannot overflow. */
export function plainMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The quantile of ascending values with linear interpolation between order statistics (Hyndman-Fan type 7). */
export function quantile(ascending: ArrayLike<number>, probability: number): number {
  const position = (ascending.length - 1) * probability
  const below = Math.floor(position)
  const above = Math.min(below + 1, ascending.length - 1)
  const weight = position - below
  return ascending[below]! * (1 - weight) + ascending[above]! * weight
}

export interface Standardized {
  readonly values: Float64Array
  readonly mean: number
  /** Population standard deviation; 1 where all values are equal, which makes the values 0. */
  readonly scale: number
}

/** (values - mean) / standard deviation. Works for any finite values, those near 1e300 too. */
export function standardize(values: ArrayLike<number>): Standardized {
  const centre = mean(values)
  let largest = 0
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]! - centre))
  // Below this, the differences are rounding errors of the values themselves.
  const rounding = 1e-14 * Math.max(Math.abs(centre), largest)
  if (largest <= rounding) return { values: new Float64Array(values.length), mean: centre, scale: 1 }
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += ((values[i]! - centre) / largest) ** 2
  const scale = largest * Math.sqrt(squares / values.length)
  return { values: Float64Array.from(values, (value) => (value - centre) / scale), mean: centre, scale }
}
