import { z } from 'zod'
import { FINISHED_STATES, OPEN_STATES, type OpenState, type Trial } from '../domain/trial.ts'
import { count, params, studyId } from './definition-codec.ts'

export const metricValues = z.record(z.string(), z.number())
/** Kept as ms since 1970, which takes half the room; RFC 3339 everywhere else. */
export const time = z.number().transform((ms) => new Date(ms).toISOString())

const rationale = z.object({
  mean: z.number().exactOptional(),
  deviation: z.number().exactOptional(),
  acquisition: z.number(),
  intent: z.enum(['explore', 'exploit', 'confirm']),
})

export const origin = z.object({
  sampler: z.string(),
  version: z.number(),
  phase: z.enum(['startup', 'model', 'enqueued']),
  revision: count,
  fixed: params.exactOptional(),
  rationale: rationale.exactOptional(),
  from: studyId.exactOptional(),
  promotedFrom: count.exactOptional(),
  algebra: z.enum(['native', 'typescript']).exactOptional(),
})

type Proposed = Pick<Trial, 'params' | 'origin' | 'queuedAt'>
export const proposalSchema: z.ZodType<Proposed> = z.object({ params, origin, queuedAt: time })

const attempted = {
  attempt: count,
  crashes: count,
  worker: z.string().exactOptional(),
  startedAt: time.exactOptional(),
}
type Active = Pick<Trial, 'attempt' | 'crashes' | 'worker' | 'startedAt' | 'stopRequested'> & {
  state: OpenState
}
export const activeSchema: z.ZodType<Active> = z.object({
  ...attempted,
  state: z.enum(OPEN_STATES),
  stopRequested: z.literal(true).exactOptional(),
})

const pruning = z.object({
  step: count,
  revision: count,
  expected: z.object({ metrics: metricValues, standardErrors: metricValues }).exactOptional(),
})

export const outcome = {
  state: z.enum(FINISHED_STATES),
  metrics: metricValues.exactOptional(),
  standardErrors: metricValues.exactOptional(),
  reason: z.string().exactOptional(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).exactOptional(),
  pruning: pruning.exactOptional(),
}
const late = z.object({ ...outcome, attempt: count, toldAt: time })
type Finished = Omit<Trial, 'number' | 'curve' | keyof Proposed>
export const outcomeSchema: z.ZodType<Finished> = z.object({
  ...attempted,
  ...outcome,
  finishedAt: time,
  observations: z.array(late).exactOptional(),
})
