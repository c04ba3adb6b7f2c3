import { z } from 'zod'
import type { MetricRequest } from '../../services/study-request.ts'

const name = z.string().min(1).max(64).describe('As the trainer reports it, such as `validationLoss`.')

const ObjectiveSchema = z
  .strictObject({
    name,
    role: z.literal('objective').optional(),
    goal: z.enum(['minimize', 'maximize']),
    reference: z
      .number()
      .optional()
      .describe(
        'Of several objectives only: a value that is of no use; the hypervolume is measured from it. The worst value so far unless given.',
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
