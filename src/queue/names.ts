import type { JobsOptions } from 'bullmq'
import { z } from 'zod'
import { parseStudyId, parseTrialId, type StudyId, type TrialId, type WebhookId } from '../domain/ids.ts'

const study = z.custom<StudyId>(
  (id) => typeof id === 'string' && parseStudyId(id) !== undefined,
  'not a study id',
)
const trial = z.custom<TrialId>(
  (id) => typeof id === 'string' && parseTrialId(id) !== undefined,
  'not a trial id',
)

/**
 * The queues and what their jobs say. A job carries ids only (and, as `trace`, what led to it): it hints that there may be work, and the store knows
 * whether there is. The test of a winner rides with the trials, for it is a training too and takes one of their places.
 */
export const PAYLOADS = {
  proposals: z.object({ kind: z.literal('propose'), study }),
  deliveries: z.object({
    kind: z.literal('deliver'),
    webhook: z.custom<WebhookId>((id) => typeof id === 'string', 'not a webhook id'),
    study,
    revision: z.int().min(1),
    attempt: z.int().min(1),
  }),
  trials: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('trial'), trial }),
    z.object({ kind: z.literal('test'), study }),
  ]),
}
export type QueueName = keyof typeof PAYLOADS
export type Payload<Name extends QueueName> = z.infer<(typeof PAYLOADS)[Name]>

export const JOB_OPTIONS = {
  // What came of a job is in the journal; a job left behind would swallow the next one with its id.
  removeOnComplete: true,
  removeOnFail: true,
} as const satisfies JobsOptions

/** BullMQ's own event stream is read by nobody here. */
export const STREAMS = { events: { maxLen: 100 } }

/** As a hash tag, so that all keys of the queues are on one slot of a cluster: BullMQ's scripts need that. */
export function queuePrefix(prefix: string): string {
  return `{${prefix}}`
}

/** How a job says what led to it. */
export const CARRIER = z.object({ traceparent: z.string(), requestId: z.string().optional() })
