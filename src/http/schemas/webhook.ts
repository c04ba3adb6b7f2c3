import { z } from 'zod'
import { EVENT_TYPES } from '../../domain/events.ts'
import type { DeliveryAttempt, Webhook } from '../../domain/webhook.ts'
import { StudyIdSchema, WebhookIdSchema } from './ids.ts'

const url = z.string().min(1).max(2000).describe('Where to POST each event; https:// or http://.')
const events = z.array(z.enum(EVENT_TYPES)).min(1).max(100)

export const WebhookRequestSchema = z
  .strictObject({
    url,
    events: events
      .optional()
      .describe('Which to tell: `trial-finished`, `study-finished`, `best-tested` unless given.'),
    study: z.string().max(64).optional().describe('The only study to tell of; all unless given.'),
  })
  .meta({ id: 'WebhookRequest' })

export const WebhookChangeSchema = z
  .strictObject({ url: url.optional(), events: events.optional(), enabled: z.boolean().optional() })
  .meta({
    id: 'WebhookChange',
    description: 'What is to change; the rest stays. What happens while it is off is never told.',
  })

const webhook = {
  id: WebhookIdSchema,
  url: z.string(),
  events: z.array(z.enum(EVENT_TYPES)),
  study: StudyIdSchema.exactOptional(),
  enabled: z.boolean(),
  createdAt: z.iso.datetime(),
}

export const WebhookSchema: z.ZodType<Webhook> = z.object(webhook).meta({ id: 'Webhook' })

export const NewWebhookSchema: z.ZodType<Webhook & { secret: string }> = z
  .object({ ...webhook, secret: z.string().describe('What messages are signed with. Shown this once.') })
  .meta({ id: 'NewWebhook' })

export const WebhookListSchema: z.ZodType<{ items: readonly Webhook[] }> = z
  .object({ items: z.array(WebhookSchema) })
  .meta({ id: 'WebhookList' })

const AttemptSchema = z
  .object({
    id: z.string().describe('`webhook-id` of the message: the same for each of its attempts.'),
    study: StudyIdSchema,
    revision: z.int().min(1),
    type: z.enum(EVENT_TYPES),
    attempt: z.int().min(1),
    at: z.iso.datetime(),
    durationMs: z.int().min(0),
    status: z.int().exactOptional().describe('Of the answer; 2xx is success.'),
    error: z.string().exactOptional().describe('Why there was no answer.'),
    nextAt: z.iso.datetime().exactOptional().describe('When it is tried again; absent when it is not.'),
  })
  .meta({ id: 'DeliveryAttempt' })

export const AttemptListSchema: z.ZodType<{ items: readonly DeliveryAttempt[] }> = z
  .object({ items: z.array(AttemptSchema) })
  .meta({ id: 'DeliveryAttemptList' })

export const WebhookPathSchema = z.object({ webhook: z.string().describe("A webhook's id.") })
