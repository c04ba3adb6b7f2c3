import type { ServiceDeps } from '../../../services/deps.ts'
import { listWebhooks } from '../../../services/webhooks/find.ts'
import type { App } from '../../app-type.ts'
import { problems } from '../../schemas/problem.ts'
import { WebhookListSchema } from '../../schemas/webhook.ts'

export function listWebhooksRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'listWebhooks',
    summary: 'List webhooks, oldest first',
    tags: ['webhooks'],
    response: { 200: WebhookListSchema, ...problems('storage-unavailable') },
  }
  const config = { scope: 'admin' } as const
  app.get('/v1/webhooks', { schema, config }, async () => ({ items: await listWebhooks(deps) }))
}
