import { z } from 'zod'
import type { StudyId } from '../domain/ids.ts'
import {
  type BestTest,
  END_CODES,
  type EndReason,
  STUDY_STATES,
  type Study,
  type StudyDefinition,
} from '../domain/study.ts'
import { count } from './definition-codec.ts'
import { decode } from './json.ts'
import { metricValues, time } from './trial-codec.ts'

export const reasonSchema: z.ZodType<EndReason> = z.object({
  code: z.enum(END_CODES),
  message: z.string(),
})

const testSchema: z.ZodType<BestTest> = z.object({ trial: count, metrics: metricValues })

const decimal = z.string().regex(/^\d+$/).transform(Number)
const timeText = decimal.pipe(time)
/** The fields of the `study` hash that readers use. */
export const studyHashSchema = z.object({
  definition: z.string(),
  state: z.enum(STUDY_STATES),
  createdAt: timeText,
  finishedAt: timeText.optional(),
  endReason: z.string().optional(),
  bestTrial: decimal.optional(),
  test: z.string().optional(),
  completed: decimal.default(0),
  pruned: decimal.default(0),
  failed: decimal.default(0),
  infeasible: decimal.default(0),
  canceled: decimal.default(0),
})

/** @param hash the `study` hash of the study, `definition` what its definition says. */
export function decodeStudy(
  id: StudyId,
  hash: z.infer<typeof studyHashSchema>,
  definition: StudyDefinition,
): Study {
  const { state, createdAt, finishedAt, endReason, bestTrial, test } = hash
  return {
    id,
    definition,
    state,
    createdAt,
    ...(finishedAt !== undefined && { finishedAt }),
    ...(endReason !== undefined && { endReason: decode(reasonSchema, endReason) }),
    ...(bestTrial !== undefined && { bestTrial }),
    ...(test !== undefined && { test: decode(testSchema, test) }),
  }
}
