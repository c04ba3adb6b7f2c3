import { quantile } from '../../../math/stats.ts'

/** How a column with values far out is bent: asinh((x - center) / width), a logarithm in both directions. */
export interface LongTail {
  /** Which of the features it is. */
  readonly feature: number
  readonly center: number
  readonly width: number
}

/** What the fitted rows tell of a column with a long tail: its curve, and median and deviation of what it becomes. */
export interface FittedTail {
  readonly curve: Omit<LongTail, 'feature'>
  readonly mean: number
  readonly deviation: number
}

// Interquartile ranges beyond a quartile. Of 1,000 normal numbers the farthest is 2 out, of log-normal ones with a deviation
// of 1 it is 15; pixels of digits, 0 in most rows, come to 7.
const FAR = 10
/** Larger is no number of single precision, which ONNX has. Its asinh is 88. */
export const BENT_MAX = 1e38
/** Between the quartiles of a normal distribution with deviation 1. */
const NORMAL_QUARTILES = 1.349

/**
 * Undefined where no value is far out, and where the quartiles are one number, for then nothing tells how far that is: such
 * are columns of 0 and 1, of rare events, and constant ones. By order alone, so that no wrong cell has a say in it.
 */
export function fitTail(values: readonly number[]): FittedTail | undefined {
  const ascending = Float64Array.from(values).sort()
  const low = quantile(ascending, 0.25)
  const high = quantile(ascending, 0.75)
  const reach = Math.max(ascending.at(-1)! - high, low - ascending[0]!)
  if (high === low || !(reach > FAR * (high - low))) return undefined
  const median = quantile(ascending, 0.5)
  const curve = curveThrough(low, median, high)
  const deviation = (bend(high, curve) - bend(low, curve)) / NORMAL_QUARTILES
  return { curve, mean: bend(median, curve), deviation }
}

/**
 * Where the quartiles are lopsided: nearly log(x - center) with the center from which their logarithms are symmetric, which
 * makes log-normal numbers normal. Otherwise, and where the median is one of them, linear between them.
 */
function curveThrough(low: number, median: number, high: number): FittedTail['curve'] {
  const [below, above] = [median - low, high - median]
  const ratio = Math.max(below, above) / Math.min(below, above)
  if (ratio < 1.5 || ratio > 100) return { center: median, width: high - low }
  const offset = above / (1 - above / below)
  return { center: median + offset, width: Math.max(Math.abs(offset) / 8, Number.MIN_VALUE) }
}

export function bend(value: number, { center, width }: FittedTail['curve']): number {
  return Math.asinh(Math.min(BENT_MAX, Math.max(-BENT_MAX, (value - center) / width)))
}
