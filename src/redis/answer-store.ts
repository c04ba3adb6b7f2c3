import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { AnswerStore, Claim } from '../services/ports/answer-store.ts'
import { decode, encode } from './json.ts'
import { answerKey, tokenKey } from './keys.ts'
import { orUnavailable } from './store-context.ts'

const recordSchema = z.object({ fingerprint: z.string(), answer: z.string().optional() })

// Far longer than any request takes, and as long as a key is held by a process that died over its request.
const CLAIM_MS = 30_000
/** How long the answer to a keyed request is kept. */
export const ANSWER_MS = 24 * 60 * 60 * 1000

/** One string a key, which expires: what is kept is bounded by what was made within a day. */
export function createAnswerStore({ redis, prefix }: { redis: Redis; prefix: string }): AnswerStore {
  return {
    claim: (key, fingerprint) => claim(redis, answerKey(prefix, key), fingerprint),
    tokenOf: (fingerprint) => tokenOf(redis, tokenKey(prefix, fingerprint)),
    keep: async (key, fingerprint, answer) => {
      await orUnavailable(redis.set(answerKey(prefix, key), encode({ fingerprint, answer }), 'PX', ANSWER_MS))
    },
    release: async (key) => {
      await orUnavailable(redis.del(answerKey(prefix, key)))
    },
  }
}

/** Not with the claim, which a process that died must not hold for long. */
async function tokenOf(redis: Redis, key: string): Promise<string> {
  const drawn = randomBytes(32).toString('hex')
  if ((await orUnavailable(redis.set(key, drawn, 'PX', ANSWER_MS, 'NX'))) !== null) return drawn
  // It may have expired between the two commands.
  return (await orUnavailable(redis.get(key))) ?? tokenOf(redis, key)
}

async function claim(redis: Redis, key: string, fingerprint: string): Promise<Claim> {
  const taken = await orUnavailable(redis.set(key, encode({ fingerprint }), 'PX', CLAIM_MS, 'NX'))
  if (taken !== null) return { kind: 'yours' }
  const json = await orUnavailable(redis.get(key))
  // It was let go of between the two commands: the next try gets it.
  if (json === null) return { kind: 'in-progress' }
  const record = decode(recordSchema, json)
  if (record.fingerprint !== fingerprint) return { kind: 'other-request' }
  return record.answer === undefined ? { kind: 'in-progress' } : { kind: 'answered', answer: record.answer }
}
