import type { WebhookId } from '../../domain/ids.ts'
import type { DeliveryAttempt, Webhook } from '../../domain/webhook.ts'
import type { ServiceDeps } from '../deps.ts'
import type { WebhookRecord } from '../ports/webhook-store.ts'

/** Oldest first. */
export async function listWebhooks({ webhooks }: ServiceDeps): Promise<readonly Webhook[]> {
  return (await webhooks.list()).map(withoutSecret)
}

/** @throws webhook-not-found */
export async function getWebhook({ webhooks }: ServiceDeps, id: WebhookId): Promise<Webhook> {
  return withoutSecret(await webhooks.get(id))
}

/** The last attempts at its deliveries, newest first. @throws webhook-not-found */
export async function listDeliveries(
  { webhooks }: ServiceDeps,
  id: WebhookId,
): Promise<readonly DeliveryAttempt[]> {
  await webhooks.get(id)
  return webhooks.listAttempts(id)
}

/** What others than the one who made it may see. */
export function withoutSecret({ secret: _, ...webhook }: WebhookRecord): Webhook {
  return webhook
}
