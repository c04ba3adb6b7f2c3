import type { ServiceDeps } from '../../../services/deps.ts'
import { getWebhook } from '../../../services/webhooks/find.ts'
import type { App } from '../../app-type.ts'
import { webhookIdFrom } from '../../ids-from-path.ts'
import { problems } from '../../schemas/problem.ts'
import { WebhookPathSchema, WebhookSchema } from '../../schemas/webhook.ts'

export function getWebhookRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'getWebhook',
    summary: 'Get a webhook',
    tags: ['webhooks'],
    params: WebhookPathSchema,
    response: { 200: WebhookSchema, ...problems('webhook-not-found', 'storage-unavailable') },
  }
  const config = { scope: 'admin' } as const
  app.get('/v1/webhooks/:webhook', { schema, config }, async ({ params }) =>
    getWebhook(deps, webhookIdFrom(params)),
  )
}
