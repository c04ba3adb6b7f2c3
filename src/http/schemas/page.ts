import { z } from 'zod'
import type { StudyView } from './study.ts'
import { STUDY_STATES, StudySchema } from './study.ts'
import type { TrialView } from './trial.ts'
import { TRIAL_STATES, TrialSchema } from './trial.ts'

/** One page of a list; `nextCursor` is absent on the last. */
export interface PageView<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string
}

const limit = z.coerce.number().int().min(1).max(1000).default(100).describe('Items a page.')
const cursor = z.string().min(1).max(256).optional().describe('`nextCursor` of the page before.')
const nextCursor = z.string().optional().describe('Absent on the last page.')

export const StudyPageSchema = z
  .object({ items: z.array(StudySchema), nextCursor })
  .meta({ id: 'StudyPage' }) as unknown as z.ZodType<PageView<StudyView>>

export const TrialPageSchema = z
  .object({ items: z.array(TrialSchema), nextCursor })
  .meta({ id: 'TrialPage' }) as unknown as z.ZodType<PageView<TrialView>>

export const StudyListQuerySchema = z.strictObject({
  state: z.enum(STUDY_STATES).optional(),
  tag: z.string().min(1).max(64).optional(),
  q: z.string().min(1).max(200).optional().describe('Part of the name, in any case.'),
  limit,
  cursor,
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
  timeoutMs: z.coerce.number().int().min(0).max(WAIT_MS_MAX).default(30_000).describe('Only with `waitFor`.'),
})

export const TrialListQuerySchema = z.strictObject({
  state: z.enum(TRIAL_STATES).optional(),
  after: z.coerce.number().int().min(0).optional().describe('Only trials with a number above this one.'),
  limit,
  cursor: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional()
    .describe('`nextCursor` of the page before.'),
})
