import type { ServiceDeps } from '../../../services/deps.ts'
import { createWebhook } from '../../../services/webhooks/manage.ts'
import { answerOnce, IdempotencyHeadersSchema } from '../../answer-once.ts'
import type { App } from '../../app-type.ts'
import { depsFor } from '../../deps-for.ts'
import { problems } from '../../schemas/problem.ts'
import { NewWebhookSchema, WebhookRequestSchema } from '../../schemas/webhook.ts'

const DESCRIPTION = `Each event is a POST of \`{"type","timestamp","data"}\`, signed as Standard Webhooks 1.0 has it (headers
\`webhook-id\`, \`webhook-timestamp\`, \`webhook-signature\`). Any 2xx takes it; all else is tried again for three days; 410
turns the webhook off. A message may come twice, with the same \`webhook-id\`, and after a later one.`

export function createWebhookRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    operationId: 'createWebhook',
    summary: 'Have study and trial events told to an address',
    description: DESCRIPTION,
    tags: ['webhooks'],
    headers: IdempotencyHeadersSchema,
    body: WebhookRequestSchema,
    response: {
      201: NewWebhookSchema,
      ...problems(
        'malformed-request',
        'study-not-found',
        'request-in-progress',
        'body-too-large',
        'unsupported-media-type',
        'invalid-webhook',
        'idempotency-key-reused',
        'storage-unavailable',
      ),
    },
  }
  const config = { invalidBody: 'invalid-webhook', scope: 'admin' } as const
  app.post('/v1/webhooks', { schema, config }, async (request, reply) => {
    const own = depsFor(deps, request)
    return answerOnce(own, request, reply, async (token) => {
      const webhook = await createWebhook(own, request.body, token)
      return { location: `/v1/webhooks/${webhook.id}`, view: webhook }
    })
  })
}
