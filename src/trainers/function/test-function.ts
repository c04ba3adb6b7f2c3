import type { Metric } from '../../domain/metric.ts'

/** A function to try a search space or a sampler out with. */
export interface TestFunction {
  /** Dimensions it is defined for; `default` is what a study without a search space gets. */
  readonly dimensions: { readonly min: number; readonly max: number; readonly default: number }
