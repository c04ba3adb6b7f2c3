import type { EventType, StudyEvent } from './events.ts'
import type { StudyId, WebhookId } from './ids.ts'

/** What a webhook tells unless it is told which events. */
export const DEFAULT_WEBHOOK_EVENTS = [
  'trial-finished',
  'study-finished',
  'best-tested',
] as const satisfies EventType[]

/** Where to tell what happens to studies. */
export interface Webhook {
  readonly id: WebhookId
  readonly url: string
  readonly events: readonly EventType[]
  /** The only study that it is about; all studies unless given. */
  readonly study?: StudyId
  readonly enabled: boolean
  /** It tells what happens from then on. RFC 3339, UTC. */
  readonly createdAt: string
}

/** One event that one webhook is to tell. */
export interface Delivery {
  readonly webhook: WebhookId
  readonly study: StudyId
  /** That the event made. */
  readonly revision: number
}

/** How one try at a delivery went. */
export interface DeliveryAttempt {
  /** The same for every try: `webhook-id` of the message, by which receivers know a repetition. */
  readonly id: string
  readonly study: StudyId
  readonly revision: number
  readonly type: EventType
  readonly attempt: number
  readonly at: string
  readonly durationMs: number
  /** HTTP status of the answer. */
  readonly status?: number
  /** Why there was no answer. */
  readonly error?: string
  /** When the next try is due; absent when there is none. */
  readonly nextAt?: string
}

export function messageId({ webhook, study, revision }: Delivery): string {
  return `msg_${webhook}_${study}_${revision}`
}

export function wants(webhook: Webhook, study: StudyId, event: StudyEvent): boolean {
  const isItsStudy = webhook.study === undefined || webhook.study === study
  return isItsStudy && event.at >= webhook.createdAt && webhook.events.includes(event.type)
}
