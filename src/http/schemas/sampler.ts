import { z } from 'zod'
import { ACQUISITIONS, SAMPLER_KINDS } from '../../domain/study.ts'
import { TRIALS_MAX } from './limits.ts'

const GaussianProcessSampler = z
  .strictObject({
    kind: z.literal('gaussian-process'),
    initialTrials: z
      .int()
      .min(1)
      .max(TRIALS_MAX)
      .exactOptional()
      .describe('Trials of an even design before the model, which needs 3 results; 3 unless given.'),
    acquisition: z
      .enum(ACQUISITIONS)
      .exactOptional()
      .describe('What the next values are chosen by; `expectedImprovement` unless given.'),
    beta: z
      .number()
      .min(0)
      .max(100)
      .exactOptional()
      .describe(
        'Of `confidenceBound`: standard deviations that count in favour of a point, the more the more exploration; 1.8 unless given.',
      ),
    noise: z
      .enum(['fitted', 'none'])
      .exactOptional()
      .describe('`none` where the same values always give the same result; `fitted` unless given.'),
    hyperparameters: z
      .enum(['sampled', 'mode'])
      .exactOptional()
      .describe(
        'With few results: averaged over likely ones, or the most probable, which is faster; `sampled` unless given.',
      ),
  })
  .meta({
    id: 'GaussianProcessSampler',
    description: 'A Gaussian process that you set yourself; `auto` is one with settings that were measured.',
  })

const PlainSampler = z
  .strictObject({ kind: z.enum(SAMPLER_KINDS).exclude(['gaussian-process']) })
  .meta({ id: 'PlainSampler' })

export const SamplerSchema = z
  .discriminatedUnion('kind', [GaussianProcessSampler, PlainSampler])
  .meta({ id: 'Sampler', description: 'How the next values are chosen; `auto` picks for you.' })
