import { z } from 'zod'
import { EVENT_TYPES } from '../../domain/events.ts'
import type { DeliveryAttempt, Webhook } from '../../domain/webhook.ts'

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
  id: z.string(),
  url: z.string(),
  events: z.array(z.enum(EVENT_TYPES)),
  study: z.string().optional(),
  enabled: z.boolean(),
  createdAt: z.iso.datetime(),
}

export const WebhookSchema = z.object(webhook).meta({ id: 'Webhook' }) as unknown as z.ZodType<Webhook>

export const NewWebhookSchema = z
  .object({ ...webhook, secret: z.string().describe('What messages are signed with. Shown this once.') })
  .meta({ id: 'NewWebhook' }) as unknown as z.ZodType<Webhook & { secret: string }>

export const WebhookListSchema = z
  .object({ items: z.array(WebhookSchema) })
  .meta({ id: 'WebhookList' }) as unknown as z.ZodType<{ items: readonly Webhook[] }>

const AttemptSchema = z
  .object({
    id: z.string().describe('`webhook-id` of the message: the same for each of its attempts.'),
    study: z.string(),
    revision: z.int().min(1),
    type: z.enum(EVENT_TYPES),
    attempt: z.int().min(1),
    at: z.iso.datetime(),
    durationMs: z.int().min(0),
    status: z.int().optional().describe('Of the answer; 2xx is success.'),
    error: z.string().optional().describe('Why there was no answer.'),
    nextAt: z.iso.datetime().optional().describe('When it is tried again; absent when it is not.'),
  })
  .meta({ id: 'DeliveryAttempt' })

export const AttemptListSchema = z
  .object({ items: z.array(AttemptSchema) })
  .meta({ id: 'DeliveryAttemptList' }) as unknown as z.ZodType<{ items: readonly DeliveryAttempt[] }>

export const WebhookPathSchema = z.object({ webhook: z.string().describe("A webhook's id.") })
