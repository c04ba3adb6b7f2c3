import { z } from 'zod'
import type { PublicEvent } from '../../domain/events.ts'
import { FINISHED_STATES } from '../../domain/trial.ts'
import { StudyIdSchema } from './ids.ts'
import { LimitsViewSchema } from './limits.ts'
import { MetricValuesSchema } from './metric.ts'
import { queryNumber } from './query-number.ts'
import { ParamsSchema } from './search-space.ts'
import { EndReasonSchema, SearchSpaceViewSchema, StudyDefinitionSchema } from './study.ts'
import { AttributesSchema, OriginSchema, PruningSchema } from './trial.ts'

/** An event on the wire. */
export type StudyEventView = PublicEvent & { readonly revision: number }

const common = {
  revision: z.int().min(1).describe('Revision that the event made; its id in the stream is `<revision>-0`.'),
  at: z.iso.datetime(),
}
const onTrial = { ...common, number: z.int().min(0).describe("The trial's.") }
const onAttempt = { ...onTrial, attempt: z.int().min(1) }

const ReportSchema = z
  .object({ step: z.int().min(1), metrics: MetricValuesSchema })
  .meta({ id: 'Report', description: 'What a trial measured after one step, such as an epoch.' })

const OutcomeSchema = z
  .object({
    state: z.enum(FINISHED_STATES),
    metrics: MetricValuesSchema.exactOptional(),
    standardErrors: MetricValuesSchema.exactOptional(),
    reason: z.string().exactOptional(),
    attributes: AttributesSchema.exactOptional(),
    pruning: PruningSchema.exactOptional(),
  })
  .meta({ id: 'Outcome', description: 'How a trial ended.' })

const StudyCreated = z
  .object({
    type: z.literal('study-created'),
    ...common,
    id: StudyIdSchema,
    definition: StudyDefinitionSchema,
  })
  .meta({ id: 'StudyCreated' })
const TrialProposed = z
  .object({ type: z.literal('trial-proposed'), ...onTrial, params: ParamsSchema, origin: OriginSchema })
  .meta({ id: 'TrialProposed', description: 'The sampler chose the values of a trial.' })
const TrialEnqueued = z
  .object({ type: z.literal('trial-enqueued'), ...onTrial, params: ParamsSchema, origin: OriginSchema })
  .meta({ id: 'TrialEnqueued', description: 'Somebody gave the values of a trial.' })
const TrialDispatched = z
  .object({ type: z.literal('trial-dispatched'), ...onTrial })
  .meta({ id: 'TrialDispatched', description: 'An enqueued trial has its place among those in flight.' })
const TrialStarted = z
  .object({
    type: z.literal('trial-started'),
    ...onAttempt,
    worker: z.string(),
    resumedFrom: z
      .int()
      .exactOptional()
      .describe('Step that an earlier attempt was left at in good order and this one goes on from.'),
  })
  .meta({
    id: 'TrialStarted',
    description:
      'A worker began an attempt; what an earlier one reported is void, unless this one goes on from it.',
  })
const ValuesReported = z
  .object({ type: z.literal('values-reported'), ...onAttempt, reports: z.array(ReportSchema) })
  .meta({ id: 'ValuesReported', description: 'Further points of the learning curve, by step.' })
const TrialReleased = z
  .object({ type: z.literal('trial-released'), ...onAttempt })
  .meta({ id: 'TrialReleased', description: 'A worker gave the trial back unfinished.' })
const TrialPaused = z
  .object({ type: z.literal('trial-paused'), ...onAttempt })
  .meta({ id: 'TrialPaused', description: 'Its worker has heard that the study is paused.' })
const TrialResumed = z
  .object({ type: z.literal('trial-resumed'), ...onAttempt })
  .meta({ id: 'TrialResumed', description: 'The same attempt goes on.' })
const TrialStopRequested = z
  .object({ type: z.literal('trial-stop-requested'), ...onTrial })
  .meta({ id: 'TrialStopRequested', description: 'Somebody asked that a running trial be given up.' })
const ObservationAdded = z
  .object({
    type: z.literal('observation-added'),
    ...common,
    trial: z.int().min(0),
    attempt: z.int().min(1),
    outcome: OutcomeSchema,
  })
  .meta({ id: 'ObservationAdded', description: 'An attempt told of a trial that had ended without it.' })
const TrialFinished = z
  .object({ type: z.literal('trial-finished'), ...onTrial, outcome: OutcomeSchema })
  .meta({ id: 'TrialFinished' })
const StudyEdited = z
  .object({
    type: z.literal('study-edited'),
    ...common,
    changes: z.object({
      name: z.string().exactOptional(),
      tags: z.array(z.string()).exactOptional(),
      limits: LimitsViewSchema.exactOptional(),
      searchSpace: SearchSpaceViewSchema.exactOptional(),
    }),
  })
  .meta({ id: 'StudyEdited', description: 'What was changed of the definition.' })
const StudyPaused = z.object({ type: z.literal('study-paused'), ...common }).meta({ id: 'StudyPaused' })
const StudyResumed = z.object({ type: z.literal('study-resumed'), ...common }).meta({ id: 'StudyResumed' })
const StudyStopping = z
  .object({ type: z.literal('study-stopping'), ...common, reason: EndReasonSchema })
  .meta({ id: 'StudyStopping', description: 'Nothing new begins; running trials are canceled.' })
const StudyFinished = z
  .object({
    type: z.literal('study-finished'),
    ...common,
    state: z.enum(['completed', 'failed']),
    reason: EndReasonSchema,
  })
  .meta({ id: 'StudyFinished', description: 'All trials have ended. `best-tested` may still come.' })
const BestTested = z
  .object({ type: z.literal('best-tested'), ...common, trial: z.int().min(0), metrics: MetricValuesSchema })
  .meta({ id: 'BestTested', description: 'The winner, measured on rows that no trial ever saw.' })

export const StudyEventSchema: z.ZodType<StudyEventView> = z
  .discriminatedUnion('type', [
    StudyCreated,
    TrialProposed,
    TrialEnqueued,
    TrialDispatched,
    TrialStarted,
    ValuesReported,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialReleased,
    TrialFinished,
    ObservationAdded,
    StudyEdited,
    StudyPaused,
    StudyResumed,
    StudyStopping,
    StudyFinished,
    BestTested,
  ])
  .meta({
    id: 'StudyEvent',
    description: 'One change of a study. Clients must ignore types that they do not know.',
  })

/** Where a stream begins. */
export const EventsQuerySchema = z.strictObject({
  after: queryNumber(
    z
      .number()
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER - 1),
  )
    .prefault(0)
    .describe('Only events that made a revision above this one; 0 is all of them.'),
})

export const EventsHeadersSchema = z.looseObject({
  'last-event-id': z
    .string()
    .regex(/^(\d{1,15}(-0)?)?$/, 'must be the id of an event, such as 17-0')
    .optional()
    .describe('Id of the last event you have, which browsers send by themselves; it goes before `after`.'),
})
