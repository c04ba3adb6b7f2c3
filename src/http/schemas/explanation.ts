import { z } from 'zod'
import { DIAGNOSTIC_CODES } from '../../domain/diagnostic.ts'
import type {
  AdviceReport,
  DependenceReport,
  DiagnosticsReport,
  ImportanceReport,
} from '../../services/explain/explain-study.ts'
import type { Recommendation, TrialExplanation } from '../../services/explain/explain-trial.ts'
import { queryNumber } from './query-number.ts'
import { ParameterValueSchema } from './search-space.ts'

const common = {
  revision: z.int().min(1).describe('Of the study, whose history is all that this is computed from.'),
  metric: z.string().describe('The objective that is explained.'),
}
const results = z.int().min(0).describe('Completed trials that it rests on.')
const share = z.number().min(0).max(1)

export const ImportanceSchema: z.ZodType<ImportanceReport> = z
  .object({
    ...common,
    results,
    parameters: z.array(
      z.object({
        parameter: z.string(),
        total: share.describe('Share of all differences in which it has a part (total Sobol index).'),
        firstOrder: share.describe('Share that it explains by itself; the rest of `total` is interactions.'),
        amongBest: share.describe(
          'How much it tells the best tenth of trials from the rest (PED-ANOVA); all shares add up to 1.',
        ),
      }),
    ),
  })
  .meta({
    id: 'Importance',
    description: 'Which parameters matter, the most important first.',
  })

export const DependenceSchema: z.ZodType<DependenceReport> = z
  .object({
    ...common,
    results,
    parameters: z.array(
      z.object({
        parameter: z.string(),
        points: z.array(
          z.object({ value: ParameterValueSchema, mean: z.number(), low: z.number(), high: z.number() }),
        ),
      }),
    ),
  })
  .meta({
    id: 'PartialDependence',
    description:
      'What the objective comes to at values of a parameter, averaged over all others; `low` and `high` are the ends of a 90 % band.',
  })

const PredictionSchema = z
  .object({
    mean: z.number(),
    deviation: z
      .number()
      .min(0)
      .describe('Standard deviation, upwards where the scale of the metric is `log`.'),
  })
  .meta({
    id: 'Prediction',
    description:
      'What a model of all completed trials says, in the unit of the metric; the geometric mean where its scale is `log`.',
  })

const ComparedSchema = z
  .object({
    trial: z.int().min(0),
    measured: z.number(),
    runs: z.int().min(1).describe('Completed trials that have these values, this one included.'),
    mean: z.number().describe('Of what they measured.'),
    predicted: PredictionSchema,
  })
  .meta({ id: 'ComparedTrial' })

export const TrialExplanationSchema: z.ZodType<TrialExplanation> = z
  .object({
    ...common,
    goal: z.enum(['minimize', 'maximize']),
    trial: ComparedSchema,
    against: ComparedSchema,
    contributions: z
      .array(
        z.object({
          parameter: z.string(),
          value: ParameterValueSchema.exactOptional().describe('Of the trial; absent where it is inactive.'),
          against: ParameterValueSchema.exactOptional().describe('Of the other trial.'),
          contribution: z
            .number()
            .describe('Part of the predicted difference that it accounts for (Shapley value).'),
        }),
      )
      .describe('The largest first; together they are the difference of the predicted means.'),
  })
  .meta({
    id: 'TrialExplanation',
    description: 'Why a trial came out better or worse than another.',
  })

export const RecommendationSchema: z.ZodType<Recommendation> = z
  .object({
    ...common,
    goal: z.enum(['minimize', 'maximize']),
    results,
    recommended: ComparedSchema.describe(
      'The trial whose values are expected to do best, by the model and by all runs of them.',
    ),
    best: ComparedSchema.describe('The trial with the best result; often the same.'),
  })
  .meta({
    id: 'Recommendation',
    description:
      'Which trial to take the parameters of: where results are noisy, the best of many may only have been lucky.',
  })

export const StoppingAdviceSchema: z.ZodType<AdviceReport> = z
  .object({
    ...common,
    results,
    advice: z.enum(['stop', 'continue']),
    reason: z.string(),
    expectedImprovement: z.number().min(0).describe('The most that one more trial is expected to gain.'),
    regretBound: z.number().min(0).describe('The most that is left to gain, at about 95 %.'),
    threshold: z.number().min(0).describe('A gain below this does not matter.'),
  })
  .meta({
    id: 'StoppingAdvice',
    description:
      'Whether further trials are worth it. Only advice, unless the study was created with `"stopping":{"kind":"advice"}`.',
  })

export const DiagnosticsSchema: z.ZodType<DiagnosticsReport> = z
  .object({
    revision: z.int().min(1),
    diagnostics: z.array(
      z.object({
        code: z.enum(DIAGNOSTIC_CODES),
        severity: z.enum(['warning', 'hint']),
        parameter: z.string().exactOptional(),
        message: z.string().describe('What was seen, and what to do about it.'),
      }),
    ),
  })
  .meta({
    id: 'Diagnostics',
    description: 'What somebody who knows tuning would say about the study, warnings first.',
  })

const metric = z.string().min(1).max(64).optional().describe('An objective; the first unless given.')

export const MetricQuerySchema = z.strictObject({ metric })
export const DependenceQuerySchema = z.strictObject({
  metric,
  parameter: z.string().min(1).max(256).optional().describe('One parameter; all unless given.'),
})
export const ExplanationQuerySchema = z.strictObject({
  metric,
  against: queryNumber(z.number().int().min(0).max(999_999_999))
    .optional()
    .describe('Number of another trial; the best unless given, and for the best itself the median one.'),
})
