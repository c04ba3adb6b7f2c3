import { z } from 'zod'
import { parseStudyId, type StudyId } from '../domain/ids.ts'
import type { Metric } from '../domain/metric.ts'
import { MLP_SETTINGS, type MlpSettings } from '../domain/mlp-settings.ts'
import type { ParameterSpec } from '../domain/search-space.ts'
import { ACQUISITIONS, SAMPLER_KINDS, type StudyDefinition } from '../domain/study.ts'

export const count = z.number().int().min(0)
export const studyId = z.custom<StudyId>((id) => typeof id === 'string' && parseStudyId(id) !== undefined)
const value = z.union([z.number(), z.string(), z.boolean()])
export const params = z.record(z.string(), value)

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

export const searchSpace = z.object({ parameters: z.array(parameter), constraints: z.array(z.string()) })

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

export const limits = z.object({
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
