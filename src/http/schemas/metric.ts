import { z } from 'zod'
import { STEP_IS_TAKEN } from '../../domain/check-metrics.ts'
import type { Measurement } from '../../domain/metric.ts'
import type { MetricRequest } from '../../services/studies/study-request.ts'

const name = z.string().min(1).max(64).describe('As the trainer reports it, such as `validationLoss`.')

const ObjectiveSchema = z
  .strictObject({
    name,
    role: z.literal('objective').optional(),
    goal: z.enum(['minimize', 'maximize']),
    scale: z
      .enum(['linear', 'log'])
      .optional()
      .describe(
        'Give `log` where values are decades apart and a tenth is worth as much from 1 as from 0.001: samplers, pruners and explanations then go by logarithms. No value may be below 0; a 0 counts as the smallest value above it. `linear` unless given.',
      ),
    reference: z
      .number()
      .optional()
      .describe(
        'Of several objectives only: a value that is of no use; the hypervolume is measured from it. The worst value so far unless given.',
      ),
    noisy: z
      .boolean()
      .optional()
      .describe(
        'Of a single objective only: whether the same values give another result each time. `auto` and `gaussian-process` then run promising values again where that helps more to find the best than new ones do, as separate trials; `/recommendation` goes by all of their runs. No values come twice unless given.',
      ),
  })
  .meta({ id: 'Objective', description: 'What is searched for.' })

const MetricConstraintSchema = z
  .strictObject({
    name,
    role: z.literal('constraint'),
    min: z.number().optional(),
    max: z.number().optional(),
  })
  .meta({
    id: 'MetricConstraint',
    description:
      'A trial whose value is below `min` or above `max` cannot be the best. One of them is needed.',
  })

const StoredMetricSchema = z
  .strictObject({ name, role: z.literal('store') })
  .meta({ id: 'StoredMetric', description: 'Recorded, and nothing else.' })

export const MetricSchema = z
  .discriminatedUnion('role', [ObjectiveSchema, MetricConstraintSchema, StoredMetricSchema])
  .meta({
    id: 'Metric',
    description:
      'What a study is judged by: an objective has a `goal`. Several objectives are traded off against each other.',
    examples: [{ name: 'validationLoss', goal: 'minimize' }],
  }) satisfies z.ZodType<MetricRequest>

export const MetricValuesSchema = z
  .record(z.string(), z.number())
  .meta({ id: 'MetricValues', description: 'Metric name -> value.', examples: [{ validationLoss: 0.081 }] })

const ADVICE =
  'must be a finite number; of a training that came to NaN or Infinity, tell `failed` or `infeasible`'
const measured = z.number({ error: () => ADVICE })

const EstimateSchema = z
  .strictObject({
    value: measured,
    standardError: z.number().min(0).optional().describe('Standard error of the value.'),
  })
  .meta({ id: 'Estimate' })

const metricName = z.string().min(1).max(64)

/** Of a study, and of what is told of a trial. */
export const METRICS_MAX = 64

const isFew = (metrics: object) => Object.keys(metrics).length <= METRICS_MAX
const tooMany = { error: `must have at most ${METRICS_MAX} entries` }

/** What a trial has come to, as it is told. */
export const MeasurementsSchema = z
  .record(metricName, z.union([measured, EstimateSchema], { error: () => ADVICE }))
  .refine(isFew, tooMany)
  .meta({
    id: 'Measurements',
    description: 'Metric name -> value, alone or with its standard error.',
    examples: [{ validationLoss: { value: 0.081, standardError: 0.004 } }],
  }) satisfies z.ZodType<Readonly<Record<string, Measurement>>>

/** What a trial measures on its way. */
export const ReportedValuesSchema = z
  .record(
    metricName.refine((name) => name !== 'step', { error: STEP_IS_TAKEN }),
    measured,
  )
  .refine(isFew, tooMany)
  .meta({ id: 'ReportedValues', description: 'Metric name -> value.', examples: [{ validationLoss: 0.31 }] })
