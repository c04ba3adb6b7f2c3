import { z } from 'zod'
import type { MetricValues } from '../../domain/metric.ts'
import { MetricValuesSchema } from './metric.ts'
import { TrialSchema, type TrialView } from './trial.ts'

/** A Pareto front on the wire. */
export interface ParetoFrontView {
  readonly trials: readonly TrialView[]
  readonly reference: MetricValues
  readonly hypervolume?: number
}

export const ParetoFrontSchema: z.ZodType<ParetoFrontView> = z
  .object({
    trials: z
      .array(TrialSchema)
      .describe(
        'By number, without curves: completed, within all outcome constraints, and beaten by no other in every objective.',
      ),
    reference: MetricValuesSchema.describe(
      'Where the hypervolume is measured from: `reference` of each objective, or its worst value so far.',
    ),
    hypervolume: z
      .number()
      .min(0)
      .exactOptional()
      .describe(
        'Exact volume of what the front dominates; more is better. Comparable over time where each objective has a `reference`. Absent before the first result, and for large fronts of many objectives.',
      ),
  })
  .meta({ id: 'ParetoFront' })
