/** What a study is judged by. This file is the only place where a sign flips. */
export interface Metric {
  readonly name: string
  readonly goal: 'minimize' | 'maximize'
}

export type MetricValues = Readonly<Record<string, number>>

/** The objective as the optimizer sees it: smaller is better. Its own inverse. */
export function toMinimized(metric: Metric, value: number): number {
  return metric.goal === 'minimize' ? value : -value
}
