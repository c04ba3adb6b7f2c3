import { z } from 'zod'
import { FEWEST_COMPLETED } from '../../domain/study.ts'
import { TRIALS_MAX } from './limits.ts'

const STEPS_MAX = 1_000_000_000

const prunerOptions = {
  minSteps: z
    .int()
    .min(1)
    .max(STEPS_MAX)
    .exactOptional()
    .describe(
      'Step before which no trial is given up; a twenty-seventh of the longest completed trial unless given.',
    ),
  minTrials: z
    .int()
    .min(FEWEST_COMPLETED)
    .max(TRIALS_MAX)
    .exactOptional()
    .describe('Completed trials before which none is given up; 5 unless given.'),
}

export const PrunerSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }).meta({ id: 'NoPruner' }),
    z
      .strictObject({
        kind: z.literal('auto'),
        maxSteps: z
          .int()
          .min(1)
          .max(STEPS_MAX)
          .exactOptional()
          .describe(
            'Steps of a whole training, which for `mlp` are known. Where they are, the first trials are compared after a seventh of them, and only the best quarter goes on at once.',
          ),
        ...prunerOptions,
      })
      .meta({
        id: 'AutoPruner',
        description:
          'A trial ends that will hardly become the best, going by how the completed ones went on from where it is.',
      }),
    z
      .strictObject({
        kind: z.literal('successive-halving'),
        reductionFactor: z
          .number()
          .min(2)
          .max(10)
          .exactOptional()
          .describe(
            'One trial in so many goes on at each rung, and the next is so many times as far; 3 unless given.',
          ),
        ...prunerOptions,
      })
      .meta({
        id: 'SuccessiveHalvingPruner',
        description:
          'At rungs, steps that grow by a factor, only the best third of the trials that came so far goes on.',
      }),
    z.strictObject({ kind: z.literal('median'), ...prunerOptions }).meta({
      id: 'MedianPruner',
      description: 'A trial ends that is worse than half of those that completed were by the same step.',
    }),
  ])
  .meta({
    id: 'Pruner',
    description:
      'Which trials are given up early, judged by their best so far beside that of other trials by the same step: by all objectives and bounded metrics, so reports have to tell each of them. `none` unless given.',
  })
