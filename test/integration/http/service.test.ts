import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ERRORS } from '../../../src/domain/errors.ts'
import { withApp } from '../../support/app.ts'

const app = withApp()

describe('GET /health', () => {
  it('is live and ready', async () => {
    expect((await app().http.get('/health/live')).body).toEqual({ status: 'live' })
    expect((await app().http.get('/health/ready')).body).toEqual({ status: 'ready' })
  })
})

describe('GET /', () => {
  it('links to what answers', async () => {
    const { body } = await app().http.get('/')

    for (const link of Object.values<string>(body.links)) {
      const { status } = await app().http.get(link).redirects(1)
      expect({ link, status }).toEqual({ link, status: 200 })
    }
  })
})

describe('the description', () => {
  it('is served as a document and as a page with all its parts', async () => {
    const document = await app().http.get('/openapi.json')
    const page = await app().http.get('/docs/').redirects(1)

    expect(document.body).toMatchObject({ openapi: '3.1.0', info: { title: 'Hone' } })
    expect(page.text).toContain('swagger-ui-bundle.js')
    expect((await app().http.get('/docs/static/swagger-ui-bundle.js')).status).toBe(200)
    expect((await app().http.get('/docs/json')).body).toEqual(document.body)
  })
})

describe('GET /problems/{code}', () => {
  it.each(Object.keys(ERRORS))('explains %s', async (code) => {
    const response = await app().http.get(`/problems/${code}`)

    expect(response.status).toBe(200)
    expect(response.text).toContain('What to do: ')
  })

  it('lists the problems that there are for one that there is not', async () => {
    const response = await app().http.get('/problems/toString')

    expect(response.status).toBe(404)
    expect(response.body.detail).toContain('invalid-study')
  })
})

describe('problems of the protocol', () => {
  it.each([
    ['GET', '/nowhere'],
    ['POST', '/v1'],
    ['GET', '/v1/studies/st_2222222222222222/nothing'],
    ['GET', '/docs/static/nothing.js'],
  ] as const)('answers 404 to %s %s', async (method, path) => {
    const response = await fetch(`${app().url}${path}`, { method, ...(method === 'POST' && { body: '{' }) })

    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(await response.json()).toMatchObject({ type: '/problems/not-found', instance: path })
  })

  it.each([
    ['PUT', '/v1/studies', 'POST, GET, HEAD'],
    ['PUT', '/v1/studies/st_2222222222222222', 'GET, HEAD, DELETE, PATCH'],
    ['GET', '/v1/studies/st_2222222222222222:pause', 'POST'],
    ['DELETE', '/health/live', 'GET, HEAD'],
  ])('answers 405 to %s %s, with the methods that there are', async (method, path, allow) => {
    const response = await fetch(`${app().url}${path}`, { method, ...(method !== 'GET' && { body: '{' }) })

    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
    expect(await response.json()).toMatchObject({ type: '/problems/method-not-allowed' })
  })

  it('answers 400 to a URL that cannot be decoded', async () => {
    const response = await fetch(`${app().url}/v1/studies/%zz`)

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ type: '/problems/malformed-request' })
  })

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 'The request is not HTTP/1.1.'],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      'The request headers are larger than this service takes: send fewer.',
    ],
  ])('answers 400 to %s', async (_name, bytes, detail) => {
    const answer = await sendRaw(bytes)

    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json\r\n/)
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ detail })
  })

  async function sendRaw(bytes: string): Promise<string> {
    const socket = connect(Number(new URL(app().url).port), '127.0.0.1').setEncoding('utf8')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.end(bytes)
    await once(socket, 'close')
    return answer
  }
})

describe('every answer', () => {
  it('carries an id of its own', async () => {
    const first = await app().http.get('/')
    const second = await app().http.get('/').set('x-request-id', first.headers['x-request-id']!)

    expect(first.headers['x-request-id']).toMatch(/^req_[0-9a-f-]{36}$/)
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id'])
  })
})
