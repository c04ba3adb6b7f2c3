import type { Metric } from '../../domain/metric.ts'

/** A function to try a search space or a sampler out with. */
export interface TestFunction {
  /** Dimensions it is defined for; `default` is what a study without a search space gets. */
  readonly dimensions: { readonly min: number; readonly max: number; readonly default: number }
  /** Usual box of dimension i, [min, max]. */
  readonly box: (i: number) => readonly [number, number]
  /** Value at the optimum, or undefined where no closed form for every dimension is known. */
  readonly optimum: (dimensions: number) => number | undefined
  /** A point where the optimum is taken; undefined like the optimum. */
  readonly optimalPoint: (dimensions: number) => readonly number[] | undefined
  readonly evaluate: (x: readonly number[]) => number
  /** Further metrics by name, where `value` is not the only one. */
  readonly more?: Readonly<Record<string, (x: readonly number[]) => number>>
  /** What a study without metrics gets; minimize `value` unless given. */
  readonly metrics?: readonly Metric[]
}
