import type { MeasuredMetrics, MetricValues } from '../../domain/metric.ts'
import { plainMean } from '../../math/stats.ts'

/**
 * What several trainings of one trial tell: the mean of each metric, and its standard error where there are two or more.
 * A metric that one of them lacks is left out. Folds share rows, so the standard error is a little too small.
 */
export function meanMetrics(runs: readonly MetricValues[]): MeasuredMetrics {
  if (runs.length === 1) return { metrics: runs[0]! }
  const names = Object.keys(runs[0]!).filter((name) => runs.every((run) => name in run))
  const columns = names.map((name) => [name, runs.map((run) => run[name]!)] as const)
  return {
    metrics: Object.fromEntries(columns.map(([name, values]) => [name, plainMean(values)])),
    standardErrors: Object.fromEntries(columns.map(([name, values]) => [name, standardError(values)])),
  }
}

function standardError(values: readonly number[]): number {
  const center = plainMean(values)
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}
