import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { createAuthenticator, createToken } from '../../../src/services/tokens.ts'
import { withApp } from '../../support/app.ts'

const LISTED = 'https://notebook.example.org'
const app = withApp(() => ({ access: { allowedHosts: ['hone.example.org'] }, corsOrigins: [LISTED] }))
const guarded = withApp((tokens) => ({ access: { authenticate: createAuthenticator(tokens, undefined) } }))

/** With headers that `fetch` would not let anybody set. */
async function send(url: string, method: string, headers: Record<string, string>) {
  const outgoing = request(`${url}/v1/studies`, {
    method,
    headers: { 'content-length': '0', ...headers },
  }).end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: response.statusCode, body: (await json(response)) as { type?: string; detail?: string } }
}

const post = (headers: Record<string, string>) => send(app().url, 'POST', headers)
const get = (headers: Record<string, string>) => send(app().url, 'GET', headers)
/** Taken for one of ours: what is wrong is that it has no body. */
const TAKEN = 422
const REFUSED = { status: 403, body: { type: '/problems/foreign-page' } }

describe('without tokens, a page from elsewhere', () => {
  it.each([
    [{ origin: 'https://evil.example.com', 'content-type': 'text/plain' }],
    [{ origin: 'null' }],
    [{ origin: 'http://localhost:1' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' }],
    [{ 'sec-fetch-site': 'cross-site' }],
  ])('changes nothing: %j', async (headers) => {
    const answer = await post(headers)

    expect(answer).toMatchObject(REFUSED)
    expect(answer.body.detail).toContain('HONE_CORS_ORIGINS')
  })

  it.each([
    'evil.example.com',
    'evil.example.com:7400',
    'localhost.evil.example.com',
    '127.0.0.1.evil.com',
    '@',
  ])('reads nothing either, if it has its own name lead here: %s', async (host) => {
    const answer = await get({ host, 'sec-fetch-site': 'same-origin' })

    expect(answer).toMatchObject(REFUSED)
    expect(answer.body.detail).toContain('HONE_ALLOWED_HOSTS')
  })

  it('may lead here: it is a link', async () => {
    expect((await get({ 'sec-fetch-site': 'cross-site' })).status).toBe(200)
  })

  it('changes what it wants where its origin is listed', async () => {
    expect((await post({ origin: LISTED, 'sec-fetch-site': 'cross-site' })).status).toBe(TAKEN)
  })
})

describe('without tokens, others go on as ever', () => {
  it.each([
    ['localhost:7400'],
    ['LOCALHOST'],
    ['hone.localhost'],
    ['127.0.0.1:7400'],
    ['[::1]:7400'],
    ['172.17.0.2'],
    ['hone.example.org'],
    ['hone.example.org:8443'],
  ])('who calls it %s', async (host) => {
    expect((await get({ host })).status).toBe(200)
    expect((await post({ host })).status).toBe(TAKEN)
  })

  it.each([
    ['a program', {}],
    ['the dashboard', { host: 'localhost:7400', origin: 'http://localhost:7400' }],
    ['a newer browser', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:7400' }],
    [
      'a proxy with a name of its own',
      { 'sec-fetch-site': 'same-origin', origin: 'https://hone.example.org' },
    ],
    ['who types an address', { 'sec-fetch-site': 'none' }],
  ])('%s', async (_name, headers) => {
    expect((await post(headers)).status).toBe(TAKEN)
  })
})

it('asks nothing of names and origins where a token is needed', async () => {
  const { text } = await createToken(guarded().tokens, { name: 'test', scopes: ['write'] })
  const headers = {
    authorization: `Bearer ${text}`,
    host: 'hone.internal',
    origin: 'https://elsewhere.example.org',
  }

  expect((await send(guarded().url, 'POST', { ...headers, 'sec-fetch-site': 'cross-site' })).status).toBe(
    TAKEN,
  )
})
