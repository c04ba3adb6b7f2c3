import { z } from 'zod'
import type { StudyEvent } from '../domain/events.ts'
import { parseStudyId, type StudyId } from '../domain/ids.ts'
import type { Metric } from '../domain/metric.ts'
import { MLP_SETTINGS, type MlpSettings } from '../domain/mlp-settings.ts'
import type { ParameterSpec } from '../domain/search-space.ts'
import {
  ACQUISITIONS,
  type BestTest,
  END_CODES,
  type EndReason,
  SAMPLER_KINDS,
  STUDY_STATES,
  type Study,
  type StudyDefinition,
} from '../domain/study.ts'
import { FINISHED_STATES, OPEN_STATES, type OpenState, type Report, type Trial } from '../domain/trial.ts'

/** Bytes from Redis become values here. A record that does not parse is our own mistake and throws a ZodError. */
const count = z.number().int().min(0)
const studyId = z.custom<StudyId>((id) => typeof id === 'string' && parseStudyId(id) !== undefined)
const value = z.union([z.number(), z.string(), z.boolean()])
const params = z.record(z.string(), value)
const metricValues = z.record(z.string(), z.number())
/** Kept as ms since 1970, which takes half the room; RFC 3339 everywhere else. */
const time = z.number().transform((ms) => new Date(ms).toISOString())

const named = {
  name: z.string(),
  default: value.exactOptional(),
  when: z.record(z.string(), z.array(value)).exactOptional(),
}
const scale = z.enum(['linear', 'log', 'reverseLog'])
const prior = z.object({ mean: z.number(), standardDeviation: z.number() }).exactOptional()
const weights = z.object({ weights: z.array(z.number()) }).exactOptional()
const range = { ...named, min: z.number(), max: z.number(), scale, prior }
const parameter: z.ZodType<ParameterSpec> = z.discriminatedUnion('type', [
  z.object({ ...range, type: z.literal('float'), step: z.number().exactOptional() }),
  z.object({ ...range, type: z.literal('int'), step: z.number() }),
  z.object({ ...named, type: z.literal('ordinal'), values: z.array(value), prior: weights }),
  z.object({ ...named, type: z.literal('categorical'), choices: z.array(value), prior: weights }),
])

const searchSpace = z.object({ parameters: z.array(parameter), constraints: z.array(z.string()) })

const metric: z.ZodType<Metric> = z.union([
  z.object({
    name: z.string(),
    goal: z.enum(['minimize', 'maximize']),
    scale: z.literal('log').exactOptional(),
    reference: z.number().exactOptional(),
    noisy: z.boolean().exactOptional(),
  }),
  z.object({
    name: z.string(),
    role: z.literal('constraint'),
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
  }),
  z.object({ name: z.string(), role: z.literal('store') }),
])

const settings = z
  .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.number()).readonly()]))
  .refine((set): set is Partial<MlpSettings> => Object.keys(set).every((name) => name in MLP_SETTINGS))

const limits = z.object({
  trials: count.exactOptional(),
  parallel: count,
  seconds: z.number().exactOptional(),
})

const sampler = z.union([
  z.object({
    kind: z.literal('gaussian-process'),
    initialTrials: count.exactOptional(),
    acquisition: z.enum(ACQUISITIONS).exactOptional(),
    beta: z.number().exactOptional(),
    noise: z.enum(['fitted', 'none']).exactOptional(),
    hyperparameters: z.enum(['sampled', 'mode']).exactOptional(),
  }),
  z.object({ kind: z.enum(SAMPLER_KINDS).exclude(['gaussian-process']) }),
])

const prunerOptions = { minSteps: count.exactOptional(), minTrials: count.exactOptional() }
const pruner = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('auto'), maxSteps: count.exactOptional(), ...prunerOptions }),
  z.object({ kind: z.literal('median'), ...prunerOptions }),
  z.object({
    kind: z.literal('successive-halving'),
    reductionFactor: z.number().exactOptional(),
    ...prunerOptions,
  }),
])

const stopping = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('advice'),
    minTrials: count.exactOptional(),
    minImprovement: z.number().exactOptional(),
  }),
])

const warmStart = z.object({
  studies: z.array(studyId),
  points: z.array(z.object({ params, from: studyId })),
})

export const definitionSchema: z.ZodType<StudyDefinition> = z.object({
  name: z.string(),
  seed: z.number(),
  tags: z.array(z.string()),
  searchSpace,
  metrics: z.array(metric),
  trainer: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('mlp'), dataset: z.string(), settings }),
    z.object({ kind: z.literal('function'), name: z.string() }),
    z.object({ kind: z.literal('external') }),
  ]),
  sampler,
  pruner,
  limits,
  priority: z.number().exactOptional(),
  stopping: stopping.exactOptional(),
  warmStart: warmStart.exactOptional(),
})

const reasonSchema: z.ZodType<EndReason> = z.object({
  code: z.enum(END_CODES),
  message: z.string(),
})

const rationale = z.object({
  mean: z.number().exactOptional(),
  deviation: z.number().exactOptional(),
  acquisition: z.number(),
  intent: z.enum(['explore', 'exploit', 'confirm']),
})

const origin = z.object({
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

const reportSchema: z.ZodType<Report> = z.object({ step: count, metrics: metricValues })

const testSchema: z.ZodType<BestTest> = z.object({ trial: count, metrics: metricValues })

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

const outcome = {
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

export function decode<T>(schema: z.ZodType<T>, json: string): T {
  return schema.parse(JSON.parse(json))
}

/** JSON that reads back to the same value, bit for bit. @throws Error for NaN and infinities, which JSON lacks. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (key, item) => {
    if (typeof item === 'number' && !Number.isFinite(item))
      throw new Error(`${key} is ${item}, which JSON cannot hold.`)
    return item
  })
}
