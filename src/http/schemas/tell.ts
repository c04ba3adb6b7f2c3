import { z } from 'zod'
import type { Decision } from '../../services/trials/report-trial.ts'
import type { Telling } from '../../services/trials/tell-trial.ts'
import { LeaseSchema, type LeaseView, tokenField } from './lease.ts'
import { MeasurementsSchema, ReportedValuesSchema } from './metric.ts'
import { AttributesSchema, type TrialView, trialFields } from './trial.ts'

const reason = z.string().min(1).max(2000).describe('What happened, for people.')

const besides = { attributes: AttributesSchema.optional(), token: tokenField }

const Completed = z
  .strictObject({ state: z.literal('completed'), metrics: MeasurementsSchema, ...besides })
  .meta({
    id: 'TellCompleted',
    description: 'The training came to its end, with all metrics that the study is judged by.',
  })
const Failed = z
  .strictObject({
    state: z.literal('failed'),
    reason,
    metrics: MeasurementsSchema.optional(),
    ...besides,
  })
  .meta({
    id: 'TellFailed',
    description: 'It broke, or came to no finite number: as bad as the worst trial.',
  })
const Infeasible = z
  .strictObject({
    state: z.literal('infeasible'),
    reason,
    metrics: MeasurementsSchema.optional(),
    ...besides,
  })
  .meta({ id: 'TellInfeasible', description: 'These values make no sense.' })
const Pruned = z
  .strictObject({
    state: z.literal('pruned'),
    reason,
    metrics: MeasurementsSchema.optional(),
    ...besides,
  })
  .meta({
    id: 'TellPruned',
    description:
      'It was given up early; metrics say what it had come to, those of its last report unless given.',
  })

/** The body of POST /v1/studies/{study}/trials/{number}:tell. */
export const TellRequestSchema = z
  .discriminatedUnion('state', [Completed, Failed, Infeasible, Pruned])
  .meta({ id: 'TellRequest' }) as unknown as z.ZodType<Telling & { token?: string | undefined }>

export interface ToldTrialView extends TrialView {
  readonly late: boolean
}

export const ToldTrialSchema: z.ZodType<ToldTrialView> = z
  .object({
    ...trialFields,
    late: z
      .boolean()
      .describe(
        'Whether the trial had ended without you: then what you told is a further observation of it. Or another worker holds it, and you did not complete it: then what you told is not kept.',
      ),
  })
  .meta({ id: 'ToldTrial' })

/** The body of POST /v1/studies/{study}/trials/{number}:report. */
export const ReportRequestSchema = z
  .strictObject({
    step: z
      .int()
      .min(1)
      .describe(
        'Counts up, such as an epoch: a report of a step that is not above the last one changes nothing, and renews the lease.',
      ),
    metrics: ReportedValuesSchema,
    token: tokenField,
  })
  .meta({ id: 'ReportRequest' })

export const HeartbeatRequestSchema = z.strictObject({ token: tokenField }).meta({ id: 'HeartbeatRequest' })

export interface DecisionView {
  readonly decision: Decision['decision']
  readonly reason?: string
  readonly lease?: LeaseView
}

export const DecisionSchema: z.ZodType<DecisionView> = z
  .object({
    decision: z
      .enum(['continue', 'stop', 'pause'])
      .describe(
        '`stop`: end the training, and tell how far it came. `pause`: hold it; heartbeats keep the trial yours and say when to continue, and asking with the same `worker` then gives it back.',
      ),
    reason: z.string().exactOptional().describe('Why to stop or to pause.'),
    lease: LeaseSchema.exactOptional().describe('Renewed. Absent when the trial is not yours (any more).'),
  })
  .meta({ id: 'Decision' })
