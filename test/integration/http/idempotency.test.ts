import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { withApp } from '../../support/app.ts'
import { createExternalStudy } from '../../support/external-study.ts'

const app = withApp()
const study = { trainer: { kind: 'function', name: 'sine-cosine' } }
const params = { x0: 1, x1: 2 }

function post(path: string, body: object, key: string) {
  return app().http.post(path).set('idempotency-key', key).send(body)
}

async function trialsOf(id: string): Promise<unknown[]> {
  return (await app().http.get(`/v1/studies/${id}/trials`)).body.items
}

async function studiesNamed(name: string): Promise<unknown[]> {
  return (await app().http.get(`/v1/studies?q=${name}`)).body.items
}

async function createStudy(): Promise<string> {
  return (await app().http.post('/v1/studies').send(study)).body.id
}

/** What a request needs that a process died over, or that fell into an outage: the claim gone, the answer not kept. */
async function forgetAnswers(): Promise<void> {
  const { redis } = app().redis
  const keys = await redis.keys('test:answer:*')
  if (keys.length > 0) await redis.del(...keys)
}

/** A day is over. */
async function forgetDay(): Promise<void> {
  await forgetAnswers()
  const { redis } = app().redis
  await redis.del(...(await redis.keys('test:token:*')))
}

describe('a study created again with the same key', () => {
  it('is the same one, with the first answer, even if things have happened since', async () => {
    const key = randomUUID()
    const first = await post('/v1/studies', { ...study, name: key }, key)
    await app().http.post(`/v1/studies/${first.body.id}:pause`)

    const again = await post('/v1/studies', { ...study, name: key }, key)

    expect(again.status).toBe(201)
    expect(again.body).toEqual(first.body)
    expect(again.headers.location).toBe(first.headers.location)
    expect(first.headers).not.toHaveProperty('idempotency-replayed')
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(await studiesNamed(key)).toHaveLength(1)
  })

  it('is the same one even if the first answer was never kept', async () => {
    const key = randomUUID()
    const first = await post('/v1/studies', { ...study, name: key }, key)
    await forgetAnswers()

    const again = await post('/v1/studies', { ...study, name: key }, key)

    expect(again.body).toEqual(first.body)
    expect(await studiesNamed(key)).toHaveLength(1)
  })

  it('is another one a day later, and one whose study was deleted is not made again under its id', async () => {
    const key = randomUUID()
    const first = await post('/v1/studies', { ...study, name: key }, key)
    await forgetDay()
    const second = await post('/v1/studies', { ...study, name: key }, key)
    await app().http.delete(`/v1/studies/${second.body.id}`).expect(204)
    await forgetDay()

    const third = await post('/v1/studies', { ...study, name: key }, key)

    expect(new Set([first, second, third].map(({ body }) => body.id)).size).toBe(3)
  })

  it('is listed once even if its creation was broken off between list and record', async () => {
    const key = randomUUID()
    const { body } = await post('/v1/studies', { ...study, name: key }, key)

    await app().redis.redis.zadd('test:studies', 0, `000000000000001:${body.id}`)

    expect(await studiesNamed(key)).toHaveLength(1)
  })

  it('is refused with another body', async () => {
    const key = randomUUID()
    await post('/v1/studies', { ...study, name: key }, key)

    const response = await post('/v1/studies', { ...study, name: key, seed: 1 }, key)

    expect(response.status).toBe(422)
    expect(response.body).toMatchObject({ type: '/problems/idempotency-key-reused' })
    expect(await studiesNamed(key)).toHaveLength(1)
  })

  it('is made once when all requests arrive together; who comes too early is told when to come again', async () => {
    const key = randomUUID()

    const responses = await Promise.all(
      Array.from({ length: 10 }, () => post('/v1/studies', { ...study, name: key }, key)),
    )

    const made = responses.filter(({ status }) => status === 201)
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1)
    for (const { status, body, headers } of responses.filter((response) => !made.includes(response))) {
      expect({ status, type: body.type }).toEqual({ status: 409, type: '/problems/request-in-progress' })
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    expect(await studiesNamed(key)).toHaveLength(1)
    expect((await post('/v1/studies', { ...study, name: key }, key)).body.id).toBe(made[0]!.body.id)
  })

  it('may be corrected under the same key after a refusal', async () => {
    const key = randomUUID()
    const wrong = { ...study, searchSpace: { parameters: [{ name: 'x0', type: 'float', min: 2, max: 1 }] } }
    expect((await post('/v1/studies', wrong, key)).body.type).toBe('/problems/invalid-study')

    expect((await post('/v1/studies', study, key)).status).toBe(201)
  })
})

describe('a trial enqueued again with the same key', () => {
  it('is the same one, with the first answer', async () => {
    const id = await createStudy()
    const first = await post(`/v1/studies/${id}/trials`, { params }, 'a')

    const again = await post(`/v1/studies/${id}/trials`, { params }, 'a')

    expect(again.status).toBe(201)
    expect(again.body).toEqual(first.body)
    expect(again.headers.location).toBe(`/v1/studies/${id}/trials/0`)
    expect(await trialsOf(id)).toHaveLength(1)
  })

  it('is the same one even if the first answer was never kept', async () => {
    const id = await createStudy()
    const first = await post(`/v1/studies/${id}/trials`, { params }, 'a')
    await forgetAnswers()

    const again = await post(`/v1/studies/${id}/trials`, { params }, 'a')

    expect(again.body).toEqual(first.body)
    expect(await trialsOf(id)).toHaveLength(1)
  })

  it('is another one under another key, in another study, or without a key', async () => {
    const [id, other] = [await createStudy(), await createStudy()]
    await post(`/v1/studies/${id}/trials`, { params }, 'a')

    await post(`/v1/studies/${id}/trials`, { params }, 'b')
    await post(`/v1/studies/${other}/trials`, { params }, 'a')
    await app().http.post(`/v1/studies/${id}/trials`).send({ params })
    await app().http.post(`/v1/studies/${id}/trials`).send({ params })

    expect(await trialsOf(id)).toHaveLength(4)
    expect(await trialsOf(other)).toHaveLength(1)
  })

  it('is refused with another body', async () => {
    const id = await createStudy()
    await post(`/v1/studies/${id}/trials`, { params }, 'a')

    const response = await post(`/v1/studies/${id}/trials`, { params: { ...params, x0: 3 } }, 'a')

    expect(response.status).toBe(422)
    expect(response.body.type).toBe('/problems/idempotency-key-reused')
  })
})

describe('what is kept of a key', () => {
  it('expires: a claim within half a minute, an answer and what it was made by within a day', async () => {
    const { redis } = app().redis
    await forgetDay()
    await app().deps.answers.claim('claimed', 'fingerprint')
    await post('/v1/studies', study, randomUUID())

    const keys = await redis.keys('test:answer:*')
    const [token] = await redis.keys('test:token:*')
    const [claimed, kept] = await Promise.all(
      [keys.filter((key) => key.endsWith(':claimed')), keys.filter((key) => !key.endsWith(':claimed'))].map(
        ([key]) => redis.pttl(key!),
      ),
    )

    expect(keys).toHaveLength(2)
    expect(claimed).toBeGreaterThan(0)
    expect(claimed).toBeLessThanOrEqual(30_000)
    expect(kept).toBeGreaterThan(30_000)
    expect(kept).toBeLessThanOrEqual(24 * 60 * 60 * 1000)
    // So that what was made is found for as long as its answer is missing.
    expect(await redis.pttl(token!)).toBeGreaterThan(30_000)
    expect(await redis.pttl(token!)).toBeLessThanOrEqual(kept!)
  })
})

it.each(['', 'x'.repeat(256)])('refuses a key that is empty or too long', async (key) => {
  const response = await post('/v1/studies', study, key)

  expect(response.status).toBe(400)
  expect(response.body.type).toBe('/problems/malformed-request')
})

describe('trials asked for again with the same key', () => {
  const ask = (path: string, key: string, body: object = {}) => post(`${path}/trials:ask`, body, key)
  const external = { limits: { trials: 3, parallel: 2 } }

  it('are the same ones, with the first answer, whoever asks', async () => {
    const { id } = await createExternalStudy(app(), external)
    const key = randomUUID()
    const first = await ask(`/v1/studies/${id}`, key)

    const again = await ask(`/v1/studies/${id}`, key)

    expect([first.status, again.status]).toEqual([200, 200])
    expect(first.body.trials).toHaveLength(1)
    expect(again.body).toEqual(first.body)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(await trialsOf(id)).toHaveLength(1)
  })

  it('are the same ones even if the first answer was never kept and nobody gave a name', async () => {
    const { id } = await createExternalStudy(app(), external)
    const key = randomUUID()
    const first = await ask(`/v1/studies/${id}`, key)
    await forgetAnswers()

    const again = await ask(`/v1/studies/${id}`, key)

    expect(again.body.trials[0]).toMatchObject({ number: 0, worker: first.body.trials[0].worker })
    expect(await trialsOf(id)).toHaveLength(1)
  })

  it('are looked for again when there were none to give', async () => {
    const { id, post: send } = await createExternalStudy(app(), { limits: { trials: 2, parallel: 1 } })
    await send('/trials:ask', { worker: 'other' }).expect(200)
    const key = randomUUID()
    expect((await ask(`/v1/studies/${id}`, key)).body.trials).toEqual([])
    await send('/trials/0:tell', { state: 'completed', metrics: { loss: 1 } }).expect(200)

    expect((await ask(`/v1/studies/${id}`, key)).body.trials).toHaveLength(1)
  })

  it('are refused to another request: 422', async () => {
    const { id } = await createExternalStudy(app(), external)
    const key = randomUUID()
    await ask(`/v1/studies/${id}`, key)

    const { status, body } = await ask(`/v1/studies/${id}`, key, { count: 2 })

    expect([status, body.type]).toEqual([422, '/problems/idempotency-key-reused'])
  })
})
