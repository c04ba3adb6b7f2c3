import { z } from 'zod'
import { TRIALS_MAX } from './limits.ts'

export const StoppingSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }).meta({ id: 'NoStopping' }),
    z
      .strictObject({
        kind: z.literal('advice'),
        minTrials: z
          .int()
          .min(1)
          .max(TRIALS_MAX)
          .exactOptional()
          .describe(
            'Completed trials before which the study goes on; as many as the advice needs unless given.',
          ),
        minImprovement: z
          .number()
          .positive()
          .exactOptional()
          .describe(
            "What makes one more trial worth its cost, in the objective's unit; what would be noticed unless given.",
          ),
      })
      .meta({ id: 'AdvisedStopping' }),
  ])
  .meta({
    id: 'Stopping',
    description:
      'When the study ends by itself, besides its limits: `advice` ends it once one more trial is expected to gain too little, as `/stopping-advice` says. `none` unless given.',
  })
