import { z } from 'zod'
import { HoneError } from '../../../domain/errors.ts'
import { parseWebhookId, type WebhookId } from '../../../domain/ids.ts'
import type { ServiceDeps } from '../../../services/deps.ts'
import { changeWebhook, withoutSecret } from '../../../services/webhooks/manage.ts'
import type { App } from '../../app-type.ts'
import { problems } from '../../schemas/problem.ts'
import {
  AttemptListSchema,
  WebhookChangeSchema,
  WebhookListSchema,
  WebhookPathSchema,
  WebhookSchema,
} from '../../schemas/webhook.ts'
import { createWebhookRoute } from './create.ts'

const config = { invalidBody: 'invalid-webhook', scope: 'admin' } as const
const one = { tags: ['webhooks'], params: WebhookPathSchema }
const UNKNOWN = ['webhook-not-found', 'storage-unavailable'] as const

export function webhookRoutes(app: App, deps: ServiceDeps): void {
  createWebhookRoute(app, deps)
  listWebhooksRoute(app, deps)
  getWebhookRoute(app, deps)
  changeWebhookRoute(app, deps)
  deleteWebhookRoute(app, deps)
  listDeliveriesRoute(app, deps)
}

function listWebhooksRoute(app: App, { webhooks }: ServiceDeps): void {
  const schema = {
    operationId: 'listWebhooks',
    summary: 'List webhooks, oldest first',
    tags: ['webhooks'],
    response: { 200: WebhookListSchema, ...problems('storage-unavailable') },
  }
  app.get('/v1/webhooks', { schema, config }, async () => ({
    items: (await webhooks.list()).map(withoutSecret),
  }))
}

function getWebhookRoute(app: App, { webhooks }: ServiceDeps): void {
  const schema = {
    ...one,
    operationId: 'getWebhook',
    summary: 'Get a webhook',
    response: { 200: WebhookSchema, ...problems(...UNKNOWN) },
  }
  app.get('/v1/webhooks/:webhook', { schema, config }, async ({ params }) =>
    withoutSecret(await webhooks.get(idFrom(params))),
  )
}

function changeWebhookRoute(app: App, deps: ServiceDeps): void {
  const schema = {
    ...one,
    operationId: 'changeWebhook',
    summary: 'Change a webhook, or turn it on or off',
    body: WebhookChangeSchema,
    response: {
      200: WebhookSchema,
      ...problems(
        'malformed-request',
        ...UNKNOWN,
        'body-too-large',
        'unsupported-media-type',
        'invalid-webhook',
      ),
    },
  }
  app.patch('/v1/webhooks/:webhook', { schema, config }, async ({ params, body }) =>
    changeWebhook(deps, idFrom(params), body),
  )
}

function deleteWebhookRoute(app: App, { webhooks }: ServiceDeps): void {
  const schema = {
    ...one,
    operationId: 'deleteWebhook',
    summary: 'Delete a webhook and its log',
    response: { 204: z.undefined().describe('Deleted.'), ...problems(...UNKNOWN) },
  }
  app.delete('/v1/webhooks/:webhook', { schema, config }, async ({ params }, reply) => {
    if (!(await webhooks.remove(idFrom(params)))) throw unknown()
    return reply.code(204).send()
  })
}

function listDeliveriesRoute(app: App, { webhooks }: ServiceDeps): void {
  const schema = {
    ...one,
    operationId: 'listDeliveries',
    summary: 'The last 200 attempts at deliveries, newest first',
    response: { 200: AttemptListSchema, ...problems(...UNKNOWN) },
  }
  app.get('/v1/webhooks/:webhook/deliveries', { schema, config }, async ({ params }) => {
    const { id } = await webhooks.get(idFrom(params))
    return { items: await webhooks.listAttempts(id) }
  })
}

/** Ids are opaque: one that could not exist is a webhook that does not. */
function idFrom({ webhook }: { webhook: string }): WebhookId {
  const id = parseWebhookId(webhook)
  if (id) return id
  throw unknown()
}

function unknown(): HoneError {
  return new HoneError('webhook-not-found', 'There is no such webhook. GET /v1/webhooks lists all there are.')
}
