import { z } from 'zod'
import type { Metric } from '../../domain/metric.ts'
import type { SearchSpace } from '../../domain/search-space.ts'
import {
  END_CODES,
  STUDY_STATES,
  type Study,
  type StudyDefinition,
  type TrainerSpec,
} from '../../domain/study.ts'
import type { TrialCounts } from '../../services/ports/study-records.ts'
import { StudyIdSchema } from './ids.ts'
import { LimitsViewSchema } from './limits.ts'
import { MetricSchema, MetricValuesSchema } from './metric.ts'
import { PrunerSchema } from './pruner.ts'
import { SamplerSchema } from './sampler.ts'
import { ParamsSchema, SearchSpaceSchema } from './search-space.ts'
import { StoppingSchema } from './stopping.ts'
import { TrainerSchema } from './study-request.ts'

/** A study on the wire: its definition with every default filled in, and how far it is. */
export interface StudyView extends StudyDefinition, Omit<Study, 'definition'> {
  readonly trials: TrialCounts
  readonly revision: number
}

const TrialCountsSchema = z
  .object({
    queued: z.int().min(0),
    running: z.int().min(0),
    paused: z.int().min(0),
    completed: z.int().min(0),
    pruned: z.int().min(0),
    failed: z.int().min(0),
    infeasible: z.int().min(0),
    canceled: z.int().min(0),
  })
  .meta({ id: 'TrialCounts', description: 'How many trials are in each state.' })

export const EndReasonSchema = z
  .object({
    code: z.enum(END_CODES),
    message: z.string(),
  })
  .meta({ id: 'EndReason', description: 'Why the study ended or is ending.' })

const BestTestSchema = z.object({ trial: z.int().min(0), metrics: MetricValuesSchema }).meta({
  id: 'BestTest',
  description:
    'The winner, trained once more and measured on rows that no trial ever saw: there a moment after the study has completed, where its trainer is `mlp`.',
})

const WarmStartSchema = z
  .object({
    studies: z.array(StudyIdSchema).describe('Ids of the earlier studies that were learned from.'),
    points: z
      .array(z.object({ params: ParamsSchema, from: StudyIdSchema.describe('Where these values did well.') }))
      .describe('What is tried before anything else.'),
  })
  .meta({ id: 'WarmStart', description: 'What earlier studies taught this one when it was created.' })

// In an answer every default is filled in. The document has one schema of both.
export const SearchSpaceViewSchema = SearchSpaceSchema as unknown as z.ZodType<SearchSpace>
const MetricViewSchema = MetricSchema as unknown as z.ZodType<Metric>
const TrainerViewSchema = TrainerSchema as unknown as z.ZodType<TrainerSpec>

const definition = {
  name: z.string(),
  seed: z.int().min(0).max(0xffff_ffff),
  tags: z.array(z.string()),
  searchSpace: SearchSpaceViewSchema,
  metrics: z.array(MetricViewSchema),
  trainer: TrainerViewSchema,
  sampler: SamplerSchema,
  pruner: PrunerSchema,
  limits: LimitsViewSchema,
  priority: z.int().exactOptional().describe('Its share of the workers; 1 where it is absent.'),
  stopping: StoppingSchema.exactOptional(),
  warmStart: WarmStartSchema.exactOptional(),
}

export const StudyDefinitionSchema = z
  .object(definition)
  .meta({ id: 'StudyDefinition', description: 'What a study was created with, every default filled in.' })

export const StudySchema: z.ZodType<StudyView> = z
  .object({
    id: StudyIdSchema.describe('Opaque.'),
    ...definition,
    state: z.enum(STUDY_STATES),
    trials: TrialCountsSchema,
    bestTrial: z.int().min(0).exactOptional().describe('Number of the best completed trial so far.'),
    test: BestTestSchema.exactOptional(),
    endReason: EndReasonSchema.exactOptional(),
    revision: z.int().min(1).describe('Changes so far; unchanged means that nothing happened.'),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().exactOptional(),
  })
  .meta({ id: 'Study' })
