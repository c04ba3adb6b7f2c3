import { describe, expect, it } from 'vitest'
import { createAuthenticator, createToken } from '../../../src/services/tokens.ts'
import { withApp } from '../../support/app.ts'

const PER_MINUTE = 5
const app = withApp((tokens) => ({
  access: { authenticate: createAuthenticator(tokens, undefined), requestsPerMinute: PER_MINUTE },
}))

async function statuses(count: number, path: string, authorization?: string): Promise<number[]> {
  const seen: number[] = []
  for (let i = 0; i < count; i++) {
    const headers: Record<string, string> = authorization ? { authorization } : {}
    seen.push((await fetch(`${app().url}${path}`, { headers })).status)
  }
  return seen
}

async function bearer(): Promise<string> {
  return `Bearer ${(await createToken(app().tokens, { name: 'test', scopes: ['read'] })).text}`
}

describe('the rate limit', () => {
  it('lets each token ask so often a minute, whatever others do, and then says when to go on', async () => {
    const [busy, idle] = [await bearer(), await bearer()]

    expect(await statuses(PER_MINUTE + 1, '/v1/studies', busy)).toEqual([200, 200, 200, 200, 200, 429])

    const refused = await fetch(`${app().url}/v1/studies`, { headers: { authorization: busy } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    expect(await refused.json()).toMatchObject({ type: '/problems/too-many-requests', status: 429 })
    expect(await statuses(1, '/v1/studies', idle)).toEqual([200])
  })

  it('counts what a token may not do too', async () => {
    const authorization = await bearer()
    const create = () => fetch(`${app().url}/v1/studies`, { method: 'POST', headers: { authorization } })
    const seen: number[] = []
    for (let i = 0; i <= PER_MINUTE; i++) seen.push((await create()).status)

    expect(seen).toEqual([403, 403, 403, 403, 403, 429])
  })

  it('counts no probes', async () => {
    expect(new Set(await statuses(3 * PER_MINUTE, '/health/live'))).toEqual(new Set([200]))
  })

  it('ends the guessing of tokens', async () => {
    const seen = await statuses(61, '/v1/studies', 'Bearer guess')

    expect(seen.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => 401))
    expect(seen[60]).toBe(429)
  })
})
