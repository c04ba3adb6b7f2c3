import { z } from 'zod'
import type { CopyRequest, StudyRequest, TrainerRequest } from '../../services/studies/study-request.ts'
import { LimitsEditSchema, LimitsSchema } from './limits.ts'
import { METRICS_MAX, MetricSchema } from './metric.ts'
import { MlpSettingsSchema } from './mlp-settings.ts'
import { PrunerSchema } from './pruner.ts'
import { SamplerSchema } from './sampler.ts'
import { SearchSpaceSchema } from './search-space.ts'
import { StoppingSchema } from './stopping.ts'

const PRIORITY_MAX = 10
const WARM_START_STUDIES_MAX = 100

const MlpTrainer = z
  .strictObject({
    kind: z.literal('mlp'),
    dataset: z
      .string()
      .min(1)
      .max(64)
      .describe('A data set: a built-in one, such as `digits` or `iris`, or one that was uploaded.'),
    settings: MlpSettingsSchema.optional(),
  })
  .meta({ id: 'MlpTrainer', description: "Trains a network with Hone's own engine." })

const FunctionTrainer = z
  .strictObject({
    kind: z.literal('function'),
    name: z.string().min(1).max(64).describe('A built-in test function, such as `branin` or `sine-cosine`.'),
  })
  .meta({
    id: 'FunctionTrainer',
    description: 'Evaluates a function with a known optimum: for demos and benchmarks.',
  })

const ExternalTrainer = z.strictObject({ kind: z.literal('external') }).meta({
  id: 'ExternalTrainer',
  description: 'You train: ask for trials, report on them if you like, and tell how they ended.',
})

export const TrainerSchema = z
  .discriminatedUnion('kind', [MlpTrainer, FunctionTrainer, ExternalTrainer])
  .meta({ id: 'Trainer', examples: [{ kind: 'mlp', dataset: 'digits' }] }) satisfies z.ZodType<TrainerRequest>

const WarmStartRequestSchema = z
  .union([
    z.literal('auto'),
    z
      .strictObject({ studies: z.array(z.string()).min(1).max(WARM_START_STUDIES_MAX) })
      .meta({ id: 'WarmStartStudies', description: 'Ids of the studies to learn from.' }),
  ])
  .describe(
    'Begin with what did well in earlier studies of a similar space, whatever data they were about: `auto` asks those that have ended and have the same kind of trainer and the same objective, the newest 30; or name them. For studies of one objective; 8 trials at most.',
  )

/** The body of POST /v1/studies. Only `trainer` is required; the service fills in the rest. */
export const StudyRequestSchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional(),
    seed: z
      .int()
      .min(0)
      .max(0xffff_ffff)
      .optional()
      .describe('The same seed gives the same trials; drawn unless given.'),
    tags: z.array(z.string().min(1).max(64)).max(32).optional(),
    searchSpace: z
      .union([z.literal('default'), SearchSpaceSchema])
      .optional()
      .describe('What to search; `"default"` is a good space for the trainer.'),
    metrics: z
      .array(MetricSchema)
      .min(1)
      .max(METRICS_MAX)
      .optional()
      .describe("What trials measure; at least one with a goal. The trainer's own objective unless given."),
    trainer: TrainerSchema,
    sampler: SamplerSchema.optional(),
    pruner: PrunerSchema.optional(),
    limits: LimitsSchema.optional(),
    stopping: StoppingSchema.optional(),
    warmStart: WarmStartRequestSchema.optional(),
    paused: z
      .boolean()
      .optional()
      .describe(
        'Begin paused: nothing is trained or given out until it is resumed, so trials can be imported first.',
      ),
    priority: z
      .int()
      .min(1)
      .max(PRIORITY_MAX)
      .optional()
      .describe("The study's share of the workers while there are too few for all studies; 1 unless given."),
  })
  .meta({ id: 'StudyRequest' }) satisfies z.ZodType<StudyRequest>

/** The body of POST /v1/studies/{study}:copy. */
export const CopyRequestSchema = StudyRequestSchema.partial()
  .extend({
    trials: z
      .boolean()
      .optional()
      .describe('Whether trials that have ended come along; `false` unless given.'),
  })
  .meta({ id: 'CopyRequest' }) satisfies z.ZodType<CopyRequest>

/** The body of PATCH /v1/studies/{study}. */
export const StudyEditSchema = z
  .strictObject({
    name: StudyRequestSchema.shape.name,
    tags: StudyRequestSchema.shape.tags,
    limits: LimitsEditSchema.optional().describe('What is left out stays.'),
    searchSpace: SearchSpaceSchema.optional().describe(
      'All of it, as `GET` gave it and with your changes. Ranges and lists may grow, parameters with a `default` be added, constraints be dropped, and added where all trials keep to them.',
    ),
  })
  .meta({ id: 'StudyEdit' })
