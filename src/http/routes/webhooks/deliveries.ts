import type { ServiceDeps } from '../../../services/deps.ts'
import { listDeliveries } from '../../../services/webhooks/find.ts'
import type { App } from '../../app-type.ts'
import { webhookIdFrom } from '../../ids-from-path.ts'
import { problems } from '../../schemas/problem.ts'
import { AttemptListSchema, WebhookPathSchema } from '../../schemas/webhook.ts'

export function listDeliveriesRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'listDeliveries',
    summary: 'The last 200 attempts at deliveries, newest first',
    tags: ['webhooks'],
    params: WebhookPathSchema,
    response: { 200: AttemptListSchema, ...problems('webhook-not-found', 'storage-unavailable') },
  }
  const config = { scope: 'admin' } as const
  app.get('/v1/webhooks/:webhook/deliveries', { schema, config }, async ({ params }) => ({
    items: await listDeliveries(deps, webhookIdFrom(params)),
  }))
}
