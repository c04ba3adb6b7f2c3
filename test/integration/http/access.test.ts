import { describe, expect, it } from 'vitest'
import type { Scope } from '../../../src/domain/token.ts'
import { createAuthenticator, createToken, listTokens, revokeToken } from '../../../src/services/tokens.ts'
import { withApp } from '../../support/app.ts'
import { openStream } from '../../support/event-stream.ts'

const HEARTBEAT_MS = 20
const GIVEN = 'given-by-the-deployment-as-a-secret'
const app = withApp((tokens) => ({
  access: { authenticate: createAuthenticator(tokens, GIVEN) },
  corsOrigins: ['https://dashboard.example.org'],
  streams: { heartbeatMs: HEARTBEAT_MS },
}))

const STUDY = { trainer: { kind: 'function', name: 'branin' } }

async function tokenFor(...scopes: Scope[]) {
  return createToken(app().tokens, { name: 'test', scopes })
}

function call(method: string, path: string, token?: string, body?: object): Promise<Response> {
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/json' }),
  }
  return fetch(`${app().url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
}

describe('a service that needs tokens', () => {
  it.each([
    ['none', undefined],
    ['one that is none', 'secret'],
    ['one of the right form', `hone_2222222222222222_${'a'.repeat(43)}`],
  ])('refuses %s, and says how to send one', async (_name, token) => {
    const response = await call('GET', '/v1/studies', token)

    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="hone"')
    expect(await response.json()).toMatchObject({ type: '/problems/unauthenticated' })
  })

  it('tells a token by its secret, not by its id', async () => {
    const { text } = await tokenFor('admin')
    const forged = text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A')

    expect((await call('GET', '/v1/studies', text)).status).toBe(200)
    expect((await call('GET', '/v1/studies', forged)).status).toBe(401)
  })

  it.each(['/health/live', '/health/ready', '/openapi.json', '/docs/', '/problems/forbidden', '/'])(
    'shows %s to everybody',
    async (path) => {
      expect((await call('GET', path)).status).toBe(200)
    },
  )

  it('lets each scope do what is its, and read', async () => {
    const [read, write, admin] = [await tokenFor('read'), await tokenFor('write'), await tokenFor('admin')]

    expect((await call('GET', '/v1/studies', read.text)).status).toBe(200)
    const refused = await call('POST', '/v1/studies', read.text, STUDY)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({
      type: '/problems/forbidden',
      detail: 'This needs a token with the scope write; the one that was sent has read.',
    })
    for (const { text } of [write, admin])
      expect((await call('POST', '/v1/studies', text, STUDY)).status).toBe(201)
  })

  it('takes the token that the deployment gives', async () => {
    expect((await call('POST', '/v1/studies', GIVEN, STUDY)).status).toBe(201)
  })

  it('refuses a revoked token from the next request on', async () => {
    const { text, token } = await tokenFor('write')
    expect((await call('GET', '/v1/studies', text)).status).toBe(200)

    expect(await revokeToken(app().tokens, token.id)).toBe(true)

    expect((await call('GET', '/v1/studies', text)).status).toBe(401)
    expect(await revokeToken(app().tokens, token.id)).toBe(false)
  })

  it('ends the event stream of a revoked token with the next heartbeat, busy or not, and no other', async () => {
    const { body } = await app().http.post('/v1/studies').set('authorization', `Bearer ${GIVEN}`).send(STUDY)
    const url = `${app().url}/v1/studies/${body.id}/events`
    const [gone, kept] = [await tokenFor('read'), await tokenFor('read')]
    const watch = ({ text }: { text: string }) => openStream(url, { authorization: `Bearer ${text}` })
    const [ended, open] = [await watch(gone), await watch(kept)]
    await ended.next()

    await revokeToken(app().tokens, gone.token.id)
    await app().deps.store.pauseStudy(body.id)

    expect((await ended.rest()).at(-1)).toEqual({ event: 'end', data: { reason: 'unauthenticated' } })
    await open.until(({ data }) => data?.type === 'study-paused')
    await open.until(({ comment }) => comment !== undefined)
    open.leave()
  })

  it('refuses an expired token', async () => {
    const request = { name: 'test', scopes: ['read' as const] }
    const over = await createToken(app().tokens, { ...request, expiresAt: new Date(0).toISOString() })
    const good = await createToken(app().tokens, { ...request, expiresAt: '2999-01-01T00:00:00.000Z' })

    expect((await call('GET', '/v1/studies', over.text)).status).toBe(401)
    expect((await call('GET', '/v1/studies', good.text)).status).toBe(200)
  })

  it('keeps no secret of a token', async () => {
    const { text, token } = await tokenFor('read')
    const secret = text.slice(-43)

    const kept = JSON.stringify(await app().redis.redis.hgetall('test:tokens'))

    expect(kept).toContain(token.id)
    expect(kept).not.toContain(secret)
    expect(JSON.stringify(await listTokens(app().tokens))).not.toMatch(/hash/i)
  })

  it('looks at no body before it knows who asks', async () => {
    const response = await fetch(`${app().url}/v1/studies`, { method: 'POST', body: '{' })

    expect(response.status).toBe(401)
  })
})

describe('pages of other origins', () => {
  it('may call the API where they are listed', async () => {
    const preflight = (origin: string) =>
      fetch(`${app().url}/v1/studies`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      })
    const listed = await preflight('https://dashboard.example.org')
    const other = await preflight('https://evil.example.org')

    expect(listed.status).toBe(204)
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://dashboard.example.org')
    expect(listed.headers.get('access-control-allow-headers')).toBe('authorization')
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('has caches keep the answers of origins apart, and scripts read what a file is called', async () => {
    const headers = { origin: 'https://dashboard.example.org' }
    const { headers: index } = await fetch(`${app().url}/`, { headers })

    expect(index.get('vary')).toBe('Origin, accept')
    expect(index.get('access-control-expose-headers')).toContain('content-disposition')
    expect((await fetch(`${app().url}/openapi.json`, { headers })).headers.get('vary')).toBe('Origin')
  })
})

describe('every answer', () => {
  it.each(['/', '/v1/studies', '/nowhere'])(
    'has headers that tell a browser what not to do: %s',
    async (path) => {
      const { headers } = await call('GET', path)

      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("default-src 'self'")
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
      expect(headers.get('strict-transport-security')).toBeNull()
    },
  )
})
