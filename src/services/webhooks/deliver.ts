import { createHmac } from 'node:crypto'
import { isCode } from '../../domain/errors.ts'
import { publicEvent, type StudyEvent } from '../../domain/events.ts'
import { type Delivery, type DeliveryAttempt, messageId, type Webhook } from '../../domain/webhook.ts'
import type { ServiceDeps } from '../deps.ts'
import { unlessDeleted } from '../unless-deleted.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Waits after each try that failed, as Standard Webhooks has them: three days in all. */
export const RETRY_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]

const GONE = 410

/**
 * One try at a delivery. What fails is enqueued again for later, and each try is logged. Nothing is done where the
 * webhook is deleted or turned off, or the study deleted. @returns whether the receiver answered, if it was asked.
 */
export async function deliver(
  deps: ServiceDeps,
  delivery: Delivery,
  attempt: number,
): Promise<{ isAnswered: boolean }> {
  const webhook = await deps.webhooks.find(delivery.webhook)
  const event = webhook?.enabled ? await findEvent(deps, delivery) : undefined
  if (!webhook || !event) return { isAnswered: true }
  const sentAt = deps.clock()
  const body = bodyOf(delivery, event)
  const id = messageId(delivery)
  const sent = await deps.sender.send(webhook.url, signedHeaders(webhook.secret, id, sentAt, body), body)
  const at = sentAt.toISOString()
  const durationMs = deps.clock().getTime() - sentAt.getTime()
  const waitMs = isTaken(sent.status) ? undefined : RETRY_MS[attempt - 1]
  if (sent.status === GONE) await turnOff(deps, webhook)
  const isOver = waitMs === undefined || sent.status === GONE
  const { study, revision } = delivery
  const entry: DeliveryAttempt = { id, study, revision, type: event.type, attempt, at, durationMs, ...sent }
  const nextAt = new Date(deps.clock().getTime() + (waitMs ?? 0)).toISOString()
  // First, so that a process which dies in between tries twice rather than never again.
  if (!isOver) await deps.jobs.enqueueDelivery(delivery, attempt + 1, waitMs)
  await deps.webhooks.log(webhook.id, isOver ? entry : { ...entry, nextAt })
  deps.logger.info({ webhookId: webhook.id, studyId: study, revision, attempt, ...sent }, 'webhook told')
  return { isAnswered: sent.status !== undefined }
}

/** Unless it has another address by now, or is gone itself. */
async function turnOff({ webhooks }: ServiceDeps, { id, url }: Webhook): Promise<void> {
  const changed = webhooks.change(id, (webhook) =>
    webhook.url === url ? { ...webhook, enabled: false } : webhook,
  )
  await changed.catch((error: unknown) => {
    if (!isCode(error, 'webhook-not-found')) throw error
  })
}

function isTaken(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300
}

async function findEvent(deps: ServiceDeps, { study, revision }: Delivery): Promise<StudyEvent | undefined> {
  const part = await unlessDeleted(deps.store.readEvents(study, revision - 1, 1))
  return part?.events[0]
}

function bodyOf({ study, revision }: Delivery, event: StudyEvent): string {
  const data = { study, revision, ...publicEvent(event) }
  return JSON.stringify({ type: event.type, timestamp: event.at, data })
}

/** As Standard Webhooks 1.0 has it: HMAC-SHA256 of id, time and body under the secret behind `whsec_`. */
function signedHeaders(secret: string, id: string, at: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
