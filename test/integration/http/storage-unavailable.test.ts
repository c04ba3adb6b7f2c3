import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withApp } from '../../support/app.ts'

const app = withApp()
const study = '/v1/studies/st_2222222222222222'
const body = { trainer: { kind: 'function', name: 'branin' } }

describe('while Redis is away', () => {
  beforeAll(() => app().redis.kill())
  afterAll(() => app().redis.restart())

  it.each([
    ['POST', '/v1/studies', body],
    ['GET', '/v1/studies', undefined],
    ['GET', study, undefined],
    ['DELETE', study, undefined],
    ['POST', `${study}:pause`, undefined],
    ['POST', `${study}:resume`, undefined],
    ['POST', `${study}:stop`, undefined],
    ['GET', `${study}/best`, undefined],
    ['GET', `${study}/events`, undefined],
    ['GET', `${study}/export`, undefined],
    ['GET', `${study}/trials`, undefined],
    ['POST', `${study}/trials`, { params: {} }],
    ['GET', `${study}/trials/0`, undefined],
    ['GET', '/health/ready', undefined],
  ])('%s %s answers 503 and when to try again', async (method, path, payload) => {
    const response = await fetch(`${app().url}${path}`, {
      method,
      ...(payload && { body: JSON.stringify(payload), headers: { 'content-type': 'application/json' } }),
    })

    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ type: '/problems/storage-unavailable', status: 503 })
    expect(text).not.toContain(app().redis.dataDir)
  })

  it('is still live', async () => {
    expect((await app().http.get('/health/live')).status).toBe(200)
  })

  it('still refuses a study that means nothing', async () => {
    const response = await app()
      .http.post('/v1/studies')
      .send({ trainer: { kind: 'function', name: 'no' } })

    expect(response.status).toBe(422)
  })
})

describe('once Redis is back', () => {
  it('answers again', async () => {
    await expect.poll(async () => (await app().http.get('/health/ready')).status).toBe(200)
    expect((await app().http.post('/v1/studies').send(body)).status).toBe(201)
  })
})

describe('while Redis is full', () => {
  it('refuses what is new with 503 and says why, and tells all that there is', async () => {
    const { http, redis } = app()
    const { body: study } = await http.post('/v1/studies').send(body)
    const path = `/v1/studies/${study.id}`
    await http.post(`${path}/trials`).send({ params: { x0: 1, x1: 2 }, metrics: { value: 3 } })
    await redis.redis.config('SET', 'maxmemory', '1')

    const refused = await http.post('/v1/studies').send(body)
    const parts = ['', '/trials', '/trials/0', '/best', '/export', '/diagnostics']
    const told = await Promise.all(parts.map(async (part) => (await http.get(`${path}${part}`)).status))
    const deleted = await http.delete(path)
    await redis.redis.config('SET', 'maxmemory', '0')

    expect(refused.status).toBe(503)
    expect(refused.body.detail).toMatch(/^The storage is full, .* until studies are deleted/)
    expect(told).toEqual(parts.map(() => 200))
    expect(deleted.status).toBe(204)
  })
})

describe('while Redis is a replica that takes no writes', () => {
  it('refuses changes with 503 and when to try again, and serves what is only read', async () => {
    const { http, redis } = app()
    const { body: created } = await http.post('/v1/studies').send(body)
    await redis.redis.replicaof('127.0.0.1', '1')

    const refused = await http.post('/v1/studies').send(body)
    // A refused write has the connection renewed, which may lead to a primary: what comes in between has to come again.
    for (const path of [`/v1/studies/${created.id}`, '/v1/studies']) {
      await expect.poll(async () => (await http.get(path)).status).toBe(200)
    }
    await redis.redis.replicaof('NO', 'ONE')

    expect(refused.status).toBe(503)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    await expect.poll(async () => (await http.post('/v1/studies').send(body)).status).toBe(201)
  })
})
