import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { TokenId } from '../domain/ids.ts'
import { SCOPES } from '../domain/token.ts'
import type { TokenRecord, TokenStore } from '../services/ports/token-store.ts'
import { decode, encode } from './json.ts'
import { tokensKey } from './keys.ts'
import { orUnavailable } from './store-context.ts'

const recordSchema: z.ZodType<TokenRecord> = z.object({
  id: z.custom<TokenId>((id) => typeof id === 'string'),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  createdAt: z.string(),
  expiresAt: z.string().exactOptional(),
  secretHash: z.string(),
})

export function createTokenStore({ redis, prefix }: { redis: Redis; prefix: string }): TokenStore {
  const key = tokensKey(prefix)
  return {
    add: async (token) => {
      await orUnavailable(redis.hset(key, token.id, encode(token)))
    },
    find: async (id) => {
      const json = await orUnavailable(redis.hget(key, id))
      return json === null ? undefined : decode(recordSchema, json)
    },
    list: async () => (await orUnavailable(redis.hvals(key))).map((json) => decode(recordSchema, json)),
    remove: async (id) => (await orUnavailable(redis.hdel(key, id))) === 1,
  }
}
