import type { Redis } from 'ioredis'
import { z } from 'zod'
import { HoneError } from '../domain/errors.ts'
import type { EventType } from '../domain/events.ts'
import { parseStudyId, type StudyId, type WebhookId } from '../domain/ids.ts'
import type { DeliveryAttempt } from '../domain/webhook.ts'
import type { WebhookRecord, WebhookStore } from '../services/ports/webhook-store.ts'
import { decode, encode } from './json.ts'
import { deliveriesKey, studyKeys, toldKey, untoldStudiesKey, webhooksKey } from './keys.ts'
import { runScript } from './scripts/index.ts'
import { orUnavailable } from './store-context.ts'

const studyId = z.custom<StudyId>((id) => typeof id === 'string')
const eventType = z.custom<EventType>((type) => typeof type === 'string')
const recordSchema: z.ZodType<WebhookRecord> = z.object({
  id: z.custom<WebhookId>((id) => typeof id === 'string'),
  url: z.string(),
  events: z.array(eventType),
  study: studyId.exactOptional(),
  enabled: z.boolean(),
  createdAt: z.string(),
  secret: z.string(),
})
const attemptSchema: z.ZodType<DeliveryAttempt> = z.object({
  id: z.string(),
  study: studyId,
  revision: z.number(),
  type: eventType,
  attempt: z.number(),
  at: z.string(),
  durationMs: z.number(),
  status: z.number().exactOptional(),
  error: z.string().exactOptional(),
  nextAt: z.string().exactOptional(),
})

// What somebody who looks for a fault reads; all that ever happened is in the journals.
const ATTEMPTS_KEPT = 200

export function createWebhookStore({ redis, prefix }: { redis: Redis; prefix: string }): WebhookStore {
  const all = webhooksKey(prefix)
  const untold = untoldStudiesKey(prefix)
  const find = async (id: WebhookId) => {
    const json = await orUnavailable(redis.hget(all, id))
    return json === null ? undefined : decode(recordSchema, json)
  }
  return {
    add: async (webhook) => {
      await orUnavailable(redis.hset(all, webhook.id, encode(webhook)))
    },
    change: async (id, change) => {
      for (;;) {
        const known = await orUnavailable(redis.hget(all, id))
        if (known === null) throw unknown()
        const changed = change(decode(recordSchema, known))
        const args = ['', id, known, encode(changed)]
        if ((await orUnavailable(runScript(redis, 'change-webhook', [all], args))) === 1) return changed
      }
    },
    find,
    get: async (id) => {
      const webhook = await find(id)
      if (webhook) return webhook
      throw unknown()
    },
    list: async () => {
      const webhooks = (await orUnavailable(redis.hvals(all))).map((json) => decode(recordSchema, json))
      return webhooks.sort((a, b) => a.createdAt.localeCompare(b.createdAt))
    },
    remove: async (id) => {
      const wasThere = (await orUnavailable(redis.hdel(all, id))) === 1
      await orUnavailable(redis.del(deliveriesKey(prefix, id)))
      if (!wasThere) throw unknown()
    },
    toldRevision: async (id, study) =>
      Number((await orUnavailable(redis.hget(toldKey(prefix, study), id))) ?? 0),
    setTold: async (id, study, revision) => {
      const args = ['', toldKey(prefix, study), id, revision]
      await orUnavailable(runScript(redis, 'set-told', Object.values(studyKeys(prefix, study)), args), {
        id: study,
      })
    },
    listUntold: async () =>
      (await orUnavailable(redis.smembers(untold))).flatMap((id) => parseStudyId(id) ?? []),
    forget: async (study) => {
      await orUnavailable(redis.srem(untold, study))
    },
    log: async (id, attempt) => {
      const key = deliveriesKey(prefix, id)
      await orUnavailable(redis.lpush(key, encode(attempt)))
      await orUnavailable(redis.ltrim(key, 0, ATTEMPTS_KEPT - 1))
      // Looked at last, as it is deleted first: one of the two sees the other.
      if (!(await find(id))) await orUnavailable(redis.del(key))
    },
    listAttempts: async (id) =>
      (await orUnavailable(redis.lrange(deliveriesKey(prefix, id), 0, -1))).map((json) =>
        decode(attemptSchema, json),
      ),
  }
}

function unknown(): HoneError {
  return new HoneError('webhook-not-found', 'There is no such webhook. GET /v1/webhooks lists all there are.')
}
