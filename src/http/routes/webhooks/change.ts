import type { ServiceDeps } from '../../../services/deps.ts'
import { changeWebhook } from '../../../services/webhooks/manage.ts'
import type { App } from '../../app-type.ts'
import { webhookIdFrom } from '../../ids-from-path.ts'
import { problems } from '../../schemas/problem.ts'
import { WebhookChangeSchema, WebhookPathSchema, WebhookSchema } from '../../schemas/webhook.ts'

export function changeWebhookRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'changeWebhook',
    summary: 'Change a webhook, or turn it on or off',
    tags: ['webhooks'],
    params: WebhookPathSchema,
    body: WebhookChangeSchema,
    response: {
      200: WebhookSchema,
      ...problems(
        'malformed-request',
        'webhook-not-found',
        'storage-unavailable',
        'body-too-large',
        'unsupported-media-type',
        'invalid-webhook',
      ),
    },
  }
  const config = { invalidBody: 'invalid-webhook', scope: 'admin' } as const
  app.patch('/v1/webhooks/:webhook', { schema, config }, async ({ params, body }) =>
    changeWebhook(deps, webhookIdFrom(params), body),
  )
}
