import { z } from 'zod'
import type { ServiceDeps } from '../../../services/deps.ts'
import { deleteWebhook } from '../../../services/webhooks/manage.ts'
import type { App } from '../../app-type.ts'
import { webhookIdFrom } from '../../ids-from-path.ts'
import { problems } from '../../schemas/problem.ts'
import { WebhookPathSchema } from '../../schemas/webhook.ts'

export function deleteWebhookRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'deleteWebhook',
    summary: 'Delete a webhook and its log',
    tags: ['webhooks'],
    params: WebhookPathSchema,
    response: {
      204: z.undefined().describe('Deleted.'),
      ...problems('webhook-not-found', 'storage-unavailable'),
    },
  }
  const config = { scope: 'admin' } as const
  app.delete('/v1/webhooks/:webhook', { schema, config }, async ({ params }, reply) => {
    await deleteWebhook(deps, webhookIdFrom(params))
    return reply.code(204).send()
  })
}
