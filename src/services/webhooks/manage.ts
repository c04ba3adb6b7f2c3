import { createHash, randomBytes } from 'node:crypto'
import { HoneError } from '../../domain/errors.ts'
import type { EventType } from '../../domain/events.ts'
import { newWebhookId, parseStudyId, type WebhookId } from '../../domain/ids.ts'
import { DEFAULT_WEBHOOK_EVENTS, type Webhook } from '../../domain/webhook.ts'
import type { ServiceDeps } from '../deps.ts'
import type { WebhookRecord } from '../ports/webhook-store.ts'
import { withoutSecret } from './find.ts'

export interface WebhookRequest {
  readonly url: string
  readonly events?: readonly EventType[] | undefined
  readonly study?: string | undefined
}

export interface WebhookChange {
  readonly url?: string | undefined
  readonly events?: readonly EventType[] | undefined
  readonly enabled?: boolean | undefined
}

const SECRET_BYTES = 32

/**
 * @param token the webhook that was made with the same token is answered again.
 * @returns it with its secret, which is shown this once.
 * @throws invalid-webhook, study-not-found
 */
export async function createWebhook(
  deps: ServiceDeps,
  request: WebhookRequest,
  token?: string,
): Promise<WebhookRecord> {
  const id = newWebhookId(token === undefined ? randomBytes(16) : createHash('sha256').update(token).digest())
  const made = token === undefined ? undefined : await deps.webhooks.find(id)
  if (made) return made
  await checkUrl(deps, request.url)
  const study = request.study === undefined ? undefined : await existing(deps, request.study)
  const webhook = {
    id,
    url: request.url,
    events: unique(request.events ?? DEFAULT_WEBHOOK_EVENTS),
    ...(study && { study }),
    enabled: true,
    createdAt: deps.clock().toISOString(),
    secret: `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
  }
  await deps.webhooks.add(webhook)
  return webhook
}

/** @throws webhook-not-found, invalid-webhook */
export async function changeWebhook(
  deps: ServiceDeps,
  id: WebhookId,
  change: WebhookChange,
): Promise<Webhook> {
  await deps.webhooks.get(id)
  if (change.url !== undefined) await checkUrl(deps, change.url)
  const changed = await deps.webhooks.change(id, (webhook) => {
    const { url = webhook.url, enabled = webhook.enabled, events = webhook.events } = change
    return { ...webhook, url, enabled, events: unique(events) }
  })
  return withoutSecret(changed)
}

/** @throws webhook-not-found */
export async function deleteWebhook({ webhooks }: ServiceDeps, id: WebhookId): Promise<void> {
  await webhooks.remove(id)
}

async function checkUrl({ sender }: ServiceDeps, url: string): Promise<void> {
  const message = await sender.refusal(url)
  if (message)
    throw new HoneError('invalid-webhook', `url: ${message}`, { faults: [{ path: 'url', message }] })
}

async function existing({ store }: ServiceDeps, text: string) {
  const id = parseStudyId(text)
  if (!id)
    throw new HoneError('study-not-found', 'There is no such study. GET /v1/studies lists all there are.')
  await store.getRevision(id)
  return id
}

function unique(events: readonly EventType[]): EventType[] {
  return [...new Set(events)]
}
