import { z } from 'zod'
import { ACQUISITIONS, FEWEST_COMPLETED, SAMPLER_KINDS } from '../../domain/study.ts'
import type { CopyRequest, StudyRequest, TrainerRequest } from '../../services/studies/study-request.ts'
import { METRICS_MAX, MetricSchema } from './metric.ts'
import { MlpSettingsSchema } from './mlp-settings.ts'
import { SearchSpaceSchema } from './search-space.ts'

// A bound on what one study may cost to keep: a trial is about 1 kB.
const TRIALS_MAX = 100_000
const PARALLEL_MAX = 1000
const PRIORITY_MAX = 10
const WARM_START_STUDIES_MAX = 100
const STEPS_MAX = 1_000_000_000

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

const GaussianProcessSampler = z
  .strictObject({
    kind: z.literal('gaussian-process'),
    initialTrials: z
      .int()
      .min(1)
      .max(TRIALS_MAX)
      .exactOptional()
      .describe('Trials of an even design before the model, which needs 3 results; 3 unless given.'),
    acquisition: z
      .enum(ACQUISITIONS)
      .exactOptional()
      .describe('What the next values are chosen by; `expectedImprovement` unless given.'),
    beta: z
      .number()
      .min(0)
      .max(100)
      .exactOptional()
      .describe(
        'Of `confidenceBound`: standard deviations that count in favour of a point, the more the more exploration; 1.8 unless given.',
      ),
    noise: z
      .enum(['fitted', 'none'])
      .exactOptional()
      .describe('`none` where the same values always give the same result; `fitted` unless given.'),
    hyperparameters: z
      .enum(['sampled', 'mode'])
      .exactOptional()
      .describe(
        'With few results: averaged over likely ones, or the most probable, which is faster; `sampled` unless given.',
      ),
  })
  .meta({
    id: 'GaussianProcessSampler',
    description: 'A Gaussian process that you set yourself; `auto` is one with settings that were measured.',
  })

const PlainSampler = z
  .strictObject({ kind: z.enum(SAMPLER_KINDS).exclude(['gaussian-process']) })
  .meta({ id: 'PlainSampler' })

export const SamplerSchema = z
  .discriminatedUnion('kind', [GaussianProcessSampler, PlainSampler])
  .meta({ id: 'Sampler', description: 'How the next values are chosen; `auto` picks for you.' })

const prunerOptions = {
  minSteps: z
    .int()
    .min(1)
    .max(STEPS_MAX)
    .exactOptional()
    .describe(
      'Step before which no trial is given up; a twenty-seventh of the longest completed trial unless given.',
    ),
  minTrials: z
    .int()
    .min(FEWEST_COMPLETED)
    .max(TRIALS_MAX)
    .exactOptional()
    .describe('Completed trials before which none is given up; 5 unless given.'),
}

export const PrunerSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }).meta({ id: 'NoPruner' }),
    z
      .strictObject({
        kind: z.literal('auto'),
        maxSteps: z
          .int()
          .min(1)
          .max(STEPS_MAX)
          .exactOptional()
          .describe(
            'Steps of a whole training, which for `mlp` are known. Where they are, the first trials are compared after a seventh of them, and only the best quarter goes on at once.',
          ),
        ...prunerOptions,
      })
      .meta({
        id: 'AutoPruner',
        description:
          'A trial ends that will hardly become the best, going by how the completed ones went on from where it is.',
      }),
    z
      .strictObject({
        kind: z.literal('successive-halving'),
        reductionFactor: z
          .number()
          .min(2)
          .max(10)
          .exactOptional()
          .describe(
            'One trial in so many goes on at each rung, and the next is so many times as far; 3 unless given.',
          ),
        ...prunerOptions,
      })
      .meta({
        id: 'SuccessiveHalvingPruner',
        description:
          'At rungs, steps that grow by a factor, only the best third of the trials that came so far goes on.',
      }),
    z.strictObject({ kind: z.literal('median'), ...prunerOptions }).meta({
      id: 'MedianPruner',
      description: 'A trial ends that is worse than half of those that completed were by the same step.',
    }),
  ])
  .meta({
    id: 'Pruner',
    description:
      'Which trials are given up early, judged by their best so far beside that of other trials by the same step: by all objectives and bounded metrics, so reports have to tell each of them. `none` unless given.',
  })

export const StoppingSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }).meta({ id: 'NoStopping' }),
    z
      .strictObject({
        kind: z.literal('advice'),
        minTrials: z
          .int()
          .min(1)
          .max(TRIALS_MAX)
          .exactOptional()
          .describe(
            'Completed trials before which the study goes on; as many as the advice needs unless given.',
          ),
        minImprovement: z
          .number()
          .positive()
          .exactOptional()
          .describe(
            "What makes one more trial worth its cost, in the objective's unit; what would be noticed unless given.",
          ),
      })
      .meta({ id: 'AdvisedStopping' }),
  ])
  .meta({
    id: 'Stopping',
    description:
      'When the study ends by itself, besides its limits: `advice` ends it once one more trial is expected to gain too little, as `/stopping-advice` says. `none` unless given.',
  })

const LimitsSchema = z
  .strictObject({
    trials: z
      .int()
      .min(1)
      .max(TRIALS_MAX)
      .optional()
      .describe('Trials in all, exactly; 50 unless given, for `external` no limit.'),
    parallel: z
      .int()
      .min(1)
      .max(PARALLEL_MAX)
      .optional()
      .describe('Trials at once; 1 unless given, 10 for `external`.'),
    seconds: z.number().positive().optional().describe('Time after which the study is stopped.'),
  })
  .meta({ id: 'Limits' })

const LimitsEditSchema = z
  .strictObject({
    trials: LimitsSchema.shape.trials.nullable().describe('`null`: no limit; only for `external`.'),
    parallel: LimitsSchema.shape.parallel.describe('Trials at once.'),
    seconds: LimitsSchema.shape.seconds.nullable().describe('From the creation; `null`: no limit.'),
  })
  .meta({ id: 'LimitsEdit' })

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
