import type { TrialView, Value } from './types.ts'

type Estimates = NonNullable<NonNullable<TrialView['pruning']>['expected']>

/** Four digits, which is what people compare by. */
export function formatValue(value: Value | undefined): string {
  if (value === undefined) return '–'
  if (typeof value !== 'number') return String(value)
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value)
  const size = Math.abs(value)
  return size !== 0 && (size < 1e-3 || size >= 1e6)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)))
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
