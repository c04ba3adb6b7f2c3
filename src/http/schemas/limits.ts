import { z } from 'zod'

// A bound on what one study may cost to keep: a trial is about 1 kB.
export const TRIALS_MAX = 100_000
const PARALLEL_MAX = 1000

export const LimitsSchema = z
  .strictObject({
    trials: z
      .int()
      .min(1)
      .max(TRIALS_MAX)
      .optional()
      .describe('Trials in all, exactly; 50 unless given, for `external` no limit.'),
    parallel: z
      .int()
      .min(1)
      .max(PARALLEL_MAX)
      .optional()
      .describe('Trials at once; 1 unless given, 10 for `external`.'),
    seconds: z.number().positive().optional().describe('Time after which the study is stopped.'),
  })
  .meta({ id: 'Limits' })

export const LimitsEditSchema = z
  .strictObject({
    trials: LimitsSchema.shape.trials.nullable().describe('`null`: no limit; only for `external`.'),
    parallel: LimitsSchema.shape.parallel.describe('Trials at once.'),
    seconds: LimitsSchema.shape.seconds.nullable().describe('From the creation; `null`: no limit.'),
  })
  .meta({ id: 'LimitsEdit' })

export const LimitsViewSchema = z.object({
  trials: z.int().exactOptional(),
  parallel: z.int(),
  seconds: z.number().exactOptional(),
})
