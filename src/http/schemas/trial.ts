import { z } from 'zod'
import type { StudyId } from '../../domain/ids.ts'
import type { MetricValues } from '../../domain/metric.ts'
import {
  type Attributes,
  FINISHED_STATES,
  type LateOutcome,
  OPEN_STATES,
  type Pruning,
  type Trial,
} from '../../domain/trial.ts'
import { StudyIdSchema } from './ids.ts'
import { MeasurementsSchema, MetricValuesSchema } from './metric.ts'
import { ParamsSchema } from './search-space.ts'

/** Reports as columns; `null` where a step did not report that metric. */
export type CurveColumns = Readonly<Record<string, readonly (number | null)[]>>

/** A trial on the wire. */
export interface TrialView
  extends Pick<Trial, 'number' | 'state' | 'params' | 'attempt' | 'origin' | 'queuedAt'> {
  readonly study: StudyId
  readonly seed: number
  readonly metrics?: MetricValues
  readonly standardErrors?: MetricValues
  readonly reason?: string
  readonly attributes?: Attributes
  readonly pruning?: Pruning
  readonly observations?: readonly LateOutcome[]
  readonly stopRequested?: true
  readonly curve?: CurveColumns
  readonly worker?: string
  readonly startedAt?: string
  readonly finishedAt?: string
  readonly durationMs?: number
}

export const TRIAL_STATES = [...OPEN_STATES, ...FINISHED_STATES] as const satisfies Trial['state'][]

const RationaleSchema = z
  .object({
    mean: z
      .number()
      .exactOptional()
      .describe(
        'What the objective was expected to come to; absent where there are several. The geometric mean where its scale is `log`.',
      ),
    deviation: z
      .number()
      .min(0)
      .exactOptional()
      .describe('Standard deviation of that, upwards where the scale is `log`.'),
    acquisition: z
      .number()
      .describe(
        'What was maximized, on standardized values: ln of the expected improvement, or of the deviation where a proposal only looks around; with that of the chance that all outcome constraints hold, or before any trial keeps to them of how much nearer it comes. Of `confirm`, what that is at these values.',
      ),
    intent: z
      .enum(['explore', 'exploit', 'confirm'])
      .describe(
        '`exploit` where better than the best was expected, `explore` where it was only possible; `confirm` where a trial has these values, and a further run is to say how good they are.',
      ),
  })
  .meta({ id: 'Rationale', description: 'What the model thought of the values when it chose them.' })

export const OriginSchema = z
  .object({
    sampler: z
      .string()
      .describe(
        'A sampler; or `warm-start` where an earlier study gave the values, `promotion` where a trial that was given up is to be trained to its end, `enqueued` or `imported` where you gave them.',
      ),
    version: z.int().min(0),
    phase: z.enum(['startup', 'model', 'enqueued']),
    revision: z.int().min(0).describe('Revision of the study that the proposal was computed from.'),
    rationale: RationaleSchema.exactOptional(),
    from: StudyIdSchema.exactOptional().describe('Of `warm-start`: the study in which the values did well.'),
    promotedFrom: z.int().min(0).exactOptional().describe('Of `promotion`: the trial that was given up.'),
    fixed: ParamsSchema.exactOptional().describe('What `fix` said when the trial was asked for.'),
    algebra: z
      .enum(['native', 'typescript'])
      .exactOptional()
      .describe(
        'Implementation of the linear algebra behind a modelled proposal: they agree to rounding only.',
      ),
  })
  .meta({ id: 'Origin', description: 'Where the values came from: enough to compute them again.' })

const ATTRIBUTES_MAX = 32

/** Of a trial, as they are told. */
export const AttributesSchema = z
  .record(z.string().min(1).max(64), z.union([z.string().max(1000), z.number(), z.boolean()]))
  .refine((all) => Object.keys(all).length <= ATTRIBUTES_MAX, {
    error: `must have at most ${ATTRIBUTES_MAX} entries`,
  })
  .meta({
    id: 'Attributes',
    description:
      'What you want to find with the trial, such as where its checkpoint lies: name -> text, number or flag. Nothing here goes by it.',
    examples: [{ checkpoint: 's3://models/trial-17.pt', commit: '4be1c0d' }],
  })

const LateOutcomeSchema = z
  .object({
    attempt: z.int().min(1),
    state: z.enum(FINISHED_STATES),
    metrics: MetricValuesSchema.exactOptional(),
    standardErrors: MetricValuesSchema.exactOptional(),
    reason: z.string().exactOptional(),
    attributes: AttributesSchema.exactOptional(),
    toldAt: z.iso.datetime(),
  })
  .meta({
    id: 'LateOutcome',
    description: 'A further observation, told by an attempt after the trial had ended.',
  })

export const PruningSchema = z
  .object({
    step: z.int().min(0).describe('The last step it had reported.'),
    revision: z.int().min(0).describe('Revision of the study up to which other trials were known.'),
    expected: z
      .object({ metrics: MetricValuesSchema, standardErrors: MetricValuesSchema })
      .exactOptional()
      .describe(
        'What its objectives, and metrics that are bounded, would have come to, by the curves of the trials that completed: what the optimizer learns.',
      ),
  })
  .meta({ id: 'Pruning', description: 'When a trial was given up, and what that was decided by.' })

export const trialFields = {
  study: StudyIdSchema,
  number: z.int().min(0).describe('Counts from 0, in the order of commitment.'),
  state: z.enum(TRIAL_STATES),
  params: ParamsSchema,
  metrics: MetricValuesSchema.exactOptional(),
  standardErrors: MetricValuesSchema.exactOptional().describe('Of the metrics that were told with one.'),
  reason: z.string().exactOptional().describe('Why it did not complete.'),
  attributes: AttributesSchema.exactOptional(),
  pruning: PruningSchema.exactOptional(),
  observations: z
    .array(LateOutcomeSchema)
    .exactOptional()
    .describe('Further observations, by attempts that told after the trial had ended.'),
  stopRequested: z.literal(true).exactOptional().describe('Somebody asked that it be given up.'),
  curve: z
    .record(z.string(), z.array(z.number().nullable()))
    .exactOptional()
    .describe(
      'What the current attempt reported, as columns; `null` where a step had no such metric. Not in lists.',
    ),
  attempt: z.int().min(0).describe('How often the trial was started.'),
  worker: z.string().exactOptional(),
  seed: z.int().min(0).describe("Seed of the trial's own randomness."),
  origin: OriginSchema,
  queuedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().exactOptional(),
  finishedAt: z.iso.datetime().exactOptional(),
  durationMs: z.number().min(0).exactOptional().describe('From the start of the last attempt to the end.'),
}

export const TrialSchema: z.ZodType<TrialView> = z.object(trialFields).meta({ id: 'Trial' })

/** What is said of an exported trial and means nothing in another study. */
const IGNORED = [
  'study',
  'number',
  'seed',
  'origin',
  'attempt',
  'worker',
  'pruning',
  'observations',
  'stopRequested',
  'queuedAt',
  'startedAt',
  'finishedAt',
  'durationMs',
] as const satisfies (keyof typeof trialFields)[]

const ignored = z.unknown().describe('Ignored: it is there so that an exported trial can be sent as it is.')

/** The body of POST /v1/studies/{study}/trials. */
export const TrialRequestSchema = z
  .strictObject({
    params: ParamsSchema,
    metrics: MeasurementsSchema.optional().describe(
      'What came of the values elsewhere: the trial has ended at once, counts in `limits.trials` and is learned from.',
    ),
    state: z
      .enum(TRIAL_STATES)
      .optional()
      .describe(
        'How it ended elsewhere; `completed` unless given where there are `metrics`. `queued`, `running` and `paused` are to be tried.',
      ),
    standardErrors: z
      .record(z.string().min(1).max(64), z.number().min(0))
      .optional()
      .describe('Of `metrics` that come without their own.'),
    reason: z.string().min(1).max(2000).optional().describe('Why it did not complete; needed then.'),
    attributes: AttributesSchema.optional(),
    ...(Object.fromEntries(IGNORED.map((name) => [name, ignored.optional()])) as Record<
      (typeof IGNORED)[number],
      z.ZodOptional<z.ZodUnknown>
    >),
  })
  .meta({ id: 'TrialRequest' })
