import { z } from 'zod'

export interface LeaseView {
  readonly token: string
  readonly expiresAt: string
}

export const LeaseSchema = z
  .object({
    token: z.string().describe('Fencing token: goes with every later call on the trial.'),
    expiresAt: z.iso
      .datetime()
      .describe('When the trial is offered to others, unless it is reported on before.'),
  })
  .meta({ id: 'Lease' }) satisfies z.ZodType<LeaseView>

export const tokenField = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .describe('`lease.token` of the trial. May be left out while the trial was given out only once.')
