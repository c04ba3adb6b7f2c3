import { z } from 'zod'
import type { Metric } from '../../domain/metric.ts'

export const MetricSchema = z
  .strictObject({
    name: z.string().min(1).max(64).describe('As the trainer reports it, such as `validationLoss`.'),
    goal: z.enum(['minimize', 'maximize']),
  })
  .meta({
    id: 'Metric',
    description: 'What a study is judged by.',
    examples: [{ name: 'validationLoss', goal: 'minimize' }],
  }) satisfies z.ZodType<Metric>

export const MetricValuesSchema = z
  .record(z.string(), z.number())
  .meta({ id: 'MetricValues', description: 'Metric name -> value.', examples: [{ validationLoss: 0.081 }] })
