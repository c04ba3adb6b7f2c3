import type { TrialView, Value } from './types.ts'

type Estimates = NonNullable<NonNullable<TrialView['pruning']>['expected']>

// What people compare by; more only where values differ behind them.
const DIGITS = 4
const DIGITS_MAX = 10

/** Whole numbers in full, of others so many digits. */
export function formatValue(value: Value | undefined, digits = DIGITS): string {
  if (value === undefined) return '–'
  if (typeof value !== 'number') return String(value)
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e15) return String(value)
  const rounded = Number(value.toPrecision(digits))
  if (size >= 1e-3 && size < 10 ** Math.max(6, digits)) return String(rounded)
  return rounded.toExponential()
}

/** As many digits as tell values apart; what differs behind the most that are shown is one value. */
export function digitsToTell(values: readonly (Value | undefined)[]): number {
  const different = new Map(values.map((one) => [formatValue(one, DIGITS_MAX), one]))
  const areTold = (digits: number) =>
    new Set([...different.values()].map((one) => formatValue(one, digits))).size === different.size
  let digits = DIGITS
  while (!areTold(digits)) digits++
  return digits
}

/** Such as `validationLoss 0.31 ± 0.02 and weightCount 610`. */
export function formatEstimates({ metrics, standardErrors }: Estimates): string {
  const texts = Object.entries(metrics).map(([name, value]) => {
    const error = standardErrors[name]
    return `${name} ${formatValue(value)}${error ? ` ± ${formatValue(error)}` : ''}`
  })
  return texts.join(' and ')
}

/** `3 min`, `2 h`: how long ago, in the largest unit. */
export function formatAge(since: string, now: number): string {
  return inLargestUnit(Math.max(0, (now - Date.parse(since)) / 1000))
}

/** `12 ms`, `3 min`. */
export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : inLargestUnit(ms / 1000)
}

function inLargestUnit(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}
