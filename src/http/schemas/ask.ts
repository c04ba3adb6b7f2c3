import { z } from 'zod'
import type { StudyState } from '../../domain/study.ts'
import { STUDY_STATES } from '../../domain/study.ts'
import { LeaseSchema, type LeaseView } from './lease.ts'
import { ParamsSchema } from './search-space.ts'
import { type TrialView, trialFields } from './trial.ts'

// What one answer may hold: more in a row is another request.
const COUNT_MAX = 100
// Below what proxies and clients commonly allow an answer to take.
const WAIT_MS_MAX = 60_000
// Long enough for a training that never says a word, short enough that a dead one does not block its place for an hour.
const LEASE_MS = { min: 1000, standard: 600_000, max: 7 * 24 * 60 * 60 * 1000 }

/** The body of POST /v1/studies/{study}/trials:ask. */
export const AskRequestSchema = z
  .strictObject({
    count: z.int().min(1).max(COUNT_MAX).default(1).describe('Trials at most.'),
    worker: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Your name: asking again with it gives the same open trials back. Drawn unless given.'),
    waitMs: z
      .int()
      .min(0)
      .max(WAIT_MS_MAX)
      .default(0)
      .describe('How long to wait for a trial while there is none to give.'),
    fix: ParamsSchema.optional().describe(
      'Values that your trials must have, such as `{"optimizer": "adam"}`; only the others are searched. A conditional parameter is then active, so those that it depends on have values for it. Your own open trials come first, whatever this says.',
    ),
    leaseMs: z
      .int()
      .min(LEASE_MS.min)
      .max(LEASE_MS.max)
      .default(LEASE_MS.standard)
      .describe('How long you may be silent before the trial is offered to others; 10 minutes unless given.'),
  })
  .meta({ id: 'AskRequest' })

export interface LeasedTrialView extends TrialView {
  readonly lease: LeaseView
}

export interface AskAnswer {
  readonly trials: readonly LeasedTrialView[]
  readonly state: StudyState
}

const LeasedTrialSchema = z.object({ ...trialFields, lease: LeaseSchema }).meta({ id: 'LeasedTrial' })

export const AskAnswerSchema: z.ZodType<AskAnswer> = z
  .object({
    trials: z.array(LeasedTrialSchema).describe('Empty when there is none to give (yet).'),
    state: z
      .enum(STUDY_STATES)
      .describe("The study's. Ask no more once it is `stopping`, `completed` or `failed`."),
  })
  .meta({ id: 'AskAnswer' })
