import { z } from 'zod'
import { STUDY_STATES } from '../../domain/study.ts'
import { queryNumber } from './query-number.ts'
import type { StudyView } from './study.ts'
import { StudySchema } from './study.ts'
import type { TrialView } from './trial.ts'
import { TRIAL_STATES, trialFields } from './trial.ts'

/** One page of a list; `nextCursor` is absent on the last. */
export interface PageView<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string
}

const limit = queryNumber(z.number().int().min(1).max(1000)).prefault(100).describe('Items a page.')
const cursor = (form: RegExp) =>
  z.string().regex(form).optional().describe('`nextCursor` of the page before.')
const nextCursor = z.string().exactOptional().describe('Absent on the last page.')

export const StudyPageSchema: z.ZodType<PageView<StudyView>> = z
  .object({ items: z.array(StudySchema), nextCursor })
  .meta({ id: 'StudyPage' })

/** A trial, or those of its fields that were asked for. */
const ListedTrialSchema = z.object(trialFields).exactPartial().meta({ id: 'ListedTrial' })

export const TrialPageSchema: z.ZodType<PageView<Partial<TrialView>>> = z
  .object({ items: z.array(ListedTrialSchema), nextCursor })
  .meta({ id: 'TrialPage' })

export const StudyListQuerySchema = z.strictObject({
  state: z.enum(STUDY_STATES).optional(),
  tag: z.string().min(1).max(64).optional(),
  q: z.string().min(1).max(200).optional().describe('Part of the name, in any case.'),
  sort: z.enum(['createdAt', '-createdAt']).optional().describe('By age; the newest first unless given.'),
  limit,
  cursor: cursor(/^\d{15}:st_[2-9b-z]{16}$/),
})

// Below what proxies and clients commonly allow an answer to take.
const WAIT_MS_MAX = 60_000

export const StudyQuerySchema = z.strictObject({
  waitFor: z
    .enum(STUDY_STATES)
    .optional()
    .describe(
      'Answer once the study is in this state, or finished and never will be, or `timeoutMs` are over.',
    ),
  timeoutMs: queryNumber(z.number().int().min(0).max(WAIT_MS_MAX))
    .prefault(30_000)
    .describe('Only with `waitFor`.'),
})

export const TrialListQuerySchema = z.strictObject({
  state: z.enum(TRIAL_STATES).optional(),
  after: queryNumber(z.number().int().min(0))
    .optional()
    .describe('Only trials with a number above this one.'),
  sort: z
    .string()
    .min(1)
    .max(65)
    .optional()
    .describe(
      'A metric, `number`, `queuedAt`, `startedAt` or `finishedAt`; `-` in front for the largest first. Trials without it come last. Of a trial whose place changes between two pages, as one that finishes, the list may tell twice or not at all; no other moves.',
    ),
  fields: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('Only these fields of each trial: `number,params,metrics`.'),
  limit,
  cursor: cursor(/^\d{1,9}$/),
})
