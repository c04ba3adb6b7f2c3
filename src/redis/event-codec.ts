import { z } from 'zod'
import type { StudyEvent } from '../domain/events.ts'
import type { Report } from '../domain/trial.ts'
import { count, definitionSchema, limits, params, searchSpace, studyId } from './definition-codec.ts'
import { reasonSchema } from './study-codec.ts'
import { metricValues, origin, outcome } from './trial-codec.ts'

const reportSchema: z.ZodType<Report> = z.object({ step: count, metrics: metricValues })

const at = z.string()
const onTrial = { at, number: count }
const onAttempt = { ...onTrial, attempt: count }
const committed = { ...onTrial, params, origin }
export const eventSchema: z.ZodType<StudyEvent> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('study-created'), at, id: studyId, definition: definitionSchema }),
  z.object({ type: z.literal('trial-proposed'), ...committed }),
  z.object({ type: z.literal('trial-enqueued'), ...committed }),
  z.object({ type: z.literal('trial-dispatched'), ...onTrial }),
  z.object({
    type: z.literal('trial-started'),
    ...onAttempt,
    crashes: count,
    worker: z.string(),
    resumedFrom: count.exactOptional(),
  }),
  z.object({ type: z.literal('values-reported'), ...onAttempt, reports: z.array(reportSchema) }),
  z.object({ type: z.literal('trial-paused'), ...onAttempt }),
  z.object({ type: z.literal('trial-resumed'), ...onAttempt }),
  z.object({ type: z.literal('trial-stop-requested'), ...onTrial }),
  z.object({ type: z.literal('trial-released'), ...onAttempt }),
  z.object({
    type: z.literal('trial-finished'),
    ...onTrial,
    outcome: z.object(outcome),
    crashes: count.exactOptional(),
  }),
  z.object({
    type: z.literal('observation-added'),
    at,
    trial: count,
    attempt: count,
    outcome: z.object(outcome),
  }),
  z.object({
    type: z.literal('study-edited'),
    at,
    changes: z.object({
      name: z.string().exactOptional(),
      tags: z.array(z.string()).exactOptional(),
      limits: limits.exactOptional(),
      searchSpace: searchSpace.exactOptional(),
    }),
  }),
  z.object({ type: z.literal('study-paused'), at }),
  z.object({ type: z.literal('study-resumed'), at }),
  z.object({ type: z.literal('study-stopping'), at, reason: reasonSchema }),
  z.object({
    type: z.literal('study-finished'),
    at,
    state: z.enum(['completed', 'failed']),
    reason: reasonSchema,
  }),
  z.object({ type: z.literal('best-tested'), at, trial: count, metrics: metricValues }),
])
