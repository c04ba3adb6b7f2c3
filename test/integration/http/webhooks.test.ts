import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StudyId, WebhookId } from '../../../src/domain/ids.ts'
import { consume } from '../../../src/queue/consume.ts'
import { closeStudy } from '../../../src/services/scheduling/close-study.ts'
import { deliver } from '../../../src/services/webhooks/deliver.ts'
import { createPlaces } from '../../../src/services/webhooks/share-places.ts'
import { tellAll, tellForever } from '../../../src/services/webhooks/tell-studies.ts'
import { withApp } from '../../support/app.ts'
import { type AskedTrial, createExternalStudy } from '../../support/external-study.ts'
import { startReceiver } from '../../support/receiver.ts'

const app = withApp()
beforeEach(() => app().redis.flush())

const STUDY = { trainer: { kind: 'function', name: 'branin' } }
const open: { close(timeoutMs: number): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close(1000)))
})

/** Works the deliveries off, as the API does. */
function deliverAll(): void {
  const { deps, redis } = app()
  const common = { redisUrl: redis.url, prefix: 'test', lockMs: 5000, logger: deps.logger }
  const places = createPlaces(() => performance.now())
  open.push(
    consume({
      ...common,
      queue: 'deliveries',
      concurrency: 8,
      handle: ({ attempt, ...delivery }) => places(delivery.webhook, () => deliver(deps, delivery, attempt)),
    }),
  )
}

async function createWebhook(body: object) {
  const response = await app().http.post('/v1/webhooks').send(body)
  expect(response.status).toBe(201)
  return response.body as { id: string; secret: string; events: string[] }
}

async function createStudy(): Promise<string> {
  return (await app().http.post('/v1/studies').send(STUDY)).body.id
}

async function attempts(id: string) {
  const { body } = await app().http.get(`/v1/webhooks/${id}/deliveries`)
  return body.items as { attempt: number; status?: number; error?: string; nextAt?: string; type: string }[]
}

describe('webhooks', () => {
  it('are made, listed, read, changed and deleted; the secret is shown once', async () => {
    const made = await createWebhook({ url: 'http://127.0.0.1:1/hook' })
    const { secret, ...shown } = made

    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(made).toMatchObject({ events: ['trial-finished', 'study-finished', 'best-tested'], enabled: true })
    expect((await app().http.get('/v1/webhooks')).body).toEqual({ items: [shown] })
    expect((await app().http.get(`/v1/webhooks/${made.id}`)).body).toEqual(shown)
    const changed = await app().http.patch(`/v1/webhooks/${made.id}`).send({ enabled: false })
    expect(changed.body).toEqual({ ...shown, enabled: false })
    expect((await app().http.delete(`/v1/webhooks/${made.id}`)).status).toBe(204)
    expect((await app().http.delete(`/v1/webhooks/${made.id}`)).body.type).toBe('/problems/webhook-not-found')
  })

  it.each([
    [{}, 'url'],
    [{ url: 'ftp://example.org' }, 'url'],
    [{ url: 'http://127.0.0.1/', events: ['trial-exploded'] }, 'events[0]'],
    [{ url: 'http://127.0.0.1/', secret: 'mine' }, 'secret'],
  ])('refuse %j', async (body, path) => {
    const response = await app().http.post('/v1/webhooks').send(body)

    expect(response.status).toBe(422)
    expect(response.body).toMatchObject({ type: '/problems/invalid-webhook' })
    expect(response.body.errors[0].path).toBe(path)
  })

  it('refuse a study that there is not', async () => {
    const response = await app()
      .http.post('/v1/webhooks')
      .send({ url: 'http://127.0.0.1/', study: 'st_2222222222222222' })

    expect(response.status).toBe(404)
  })
})

describe('what is told', () => {
  it('are the events asked for, in the words of the journal, signed as Standard Webhooks has it', async () => {
    const receiver = await startReceiver()
    const webhook = await createWebhook({
      url: `${receiver.url}/hook`,
      events: ['study-created', 'study-paused'],
    })
    deliverAll()
    const study = await createStudy()
    await app().http.post(`/v1/studies/${study}:pause`)
    await app().http.post(`/v1/studies/${study}:resume`)

    await tellAll(app().deps)

    await expect.poll(() => receiver.messages.length).toBe(2)
    const told = receiver.messages.map(({ body }) => JSON.parse(body))
    expect(new Set(told.map(({ type }) => type))).toEqual(new Set(['study-created', 'study-paused']))
    const { headers, body } = receiver.messages[0]!
    const id = headers['webhook-id'] as string
    const signed = `${id}.${headers['webhook-timestamp'] as string}.${body}`
    const key = Buffer.from(webhook.secret.slice('whsec_'.length), 'base64')
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    )
    expect(JSON.parse(body)).toMatchObject({ timestamp: expect.any(String), data: { study } })
    await expect.poll(() => attempts(webhook.id)).toMatchObject([{ status: 204 }, { status: 204 }])
  })

  it('is told once, however often and by whom it is looked for', async () => {
    const receiver = await startReceiver()
    await createWebhook({ url: receiver.url, events: ['study-created'] })
    deliverAll()
    await createStudy()

    await Promise.all([tellAll(app().deps), tellAll(app().deps)])
    await tellAll(app().deps)

    await expect.poll(() => receiver.messages.length).toBe(1)
    expect(await app().deps.jobs.countJobs()).toMatchObject({ deliveries: { waiting: 0, delayed: 0 } })
    expect(receiver.messages).toHaveLength(1)
  })

  it('is not lost when a process dies between two of its steps, nor when the study has ended meanwhile', async () => {
    const receiver = await startReceiver()
    const webhook = await createWebhook({ url: receiver.url, events: ['study-created', 'study-finished'] })
    const study = await createStudy()
    await app().http.post(`/v1/studies/${study}:stop`)
    const { deps } = app()
    await closeStudy(deps, study as StudyId)
    // What is to be told is put away by then.
    expect(await app().redis.redis.zcard(`test:{${study}}:archive`)).toBe(1)
    const dies = {
      ...deps,
      webhooks: { ...deps.webhooks, setTold: () => Promise.reject(new Error('killed')) },
    }
    await expect(tellAll(dies)).rejects.toThrow('killed')

    deliverAll()
    await tellAll(deps)

    await expect
      .poll(() => new Set(receiver.messages.map(({ body }) => JSON.parse(body).type)))
      .toEqual(new Set(['study-created', 'study-finished']))
    expect(await deps.webhooks.listUntold()).toEqual([])
    expect((await attempts(webhook.id)).length).toBe(2)
  })

  it('leaves nothing behind of a study that is deleted meanwhile', async () => {
    const receiver = await startReceiver()
    await createWebhook({ url: receiver.url, events: ['study-created'] })
    const study = await createStudy()
    const { deps } = app()
    const setTold: typeof deps.webhooks.setTold = async (...args) => {
      await app().http.delete(`/v1/studies/${study}`).expect(204)
      return deps.webhooks.setTold(...args)
    }

    await tellAll({ ...deps, webhooks: { ...deps.webhooks, setTold } })

    expect(await app().redis.redis.keys(`*${study}}*`)).toEqual([])
  })

  it('goes on when a study is closed: a late observation is told too', async () => {
    const receiver = await startReceiver()
    await createWebhook({ url: receiver.url, events: ['study-finished', 'observation-added'] })
    const study = await createExternalStudy(app(), { limits: { trials: 1, parallel: 1 } })
    await study.ask({ worker: 'slow', leaseMs: 1000 })
    const [{ lease }] = (await study.ask({ worker: 'fast', waitMs: 20_000 })).trials as [AskedTrial]
    const done = { state: 'completed', metrics: { loss: 1 } }
    await study.post('/trials/0:tell', { ...done, token: lease.token }).expect(200)
    await tellAll(app().deps)
    expect(await app().deps.store.isOpen(study.id as StudyId)).toBe(false)

    await study.post('/trials/0:tell', { ...done, token: '0-1' }).expect(200)
    deliverAll()
    await tellAll(app().deps)

    await expect
      .poll(() => new Set(receiver.messages.map(({ body }) => JSON.parse(body).type)))
      .toEqual(new Set(['observation-added', 'study-finished']))
  })

  it('does not reach back before the webhook was made', async () => {
    const receiver = await startReceiver()
    const study = await createStudy()
    await new Promise((resolve) => setTimeout(resolve, 2)) // the next millisecond
    const webhook = await createWebhook({
      url: receiver.url,
      events: ['study-created', 'study-paused'],
      study,
    })
    deliverAll()
    await createStudy()
    await app().http.post(`/v1/studies/${study}:pause`)

    await tellAll(app().deps)

    await expect
      .poll(() => attempts(webhook.id))
      .toMatchObject([{ type: 'study-paused', attempt: 1, status: 204 }])
  })

  it('is told as it happens', async () => {
    const receiver = await startReceiver()
    const { id } = await createWebhook({ url: receiver.url, events: ['study-paused'] })
    const study = await createStudy()
    deliverAll()
    const ending = new AbortController()
    // So seldom that only the bell can be it.
    const telling = tellForever(app().deps, 60_000, ending.signal)
    const { webhooks } = app().deps
    await expect.poll(() => webhooks.toldRevision(id as WebhookId, study as StudyId)).toBe(1)

    await app().http.post(`/v1/studies/${study}:pause`)

    await expect.poll(() => receiver.messages.length).toBe(1)
    ending.abort()
    await telling
  })
})

describe('a receiver that never answers', () => {
  it('keeps no other waiting, and loses no message', async () => {
    const [silent, healthy] = [await startReceiver(), await startReceiver()]
    silent.keepSilent()
    const events = ['study-created']
    await createWebhook({ url: silent.url, events })
    for (let i = 0; i < 30; i++) await createStudy()
    await tellAll(app().deps)
    await createWebhook({ url: healthy.url, events })
    await createStudy()
    deliverAll()
    await expect.poll(() => silent.messages.length).toBe(4)

    await tellAll(app().deps)

    await expect.poll(() => healthy.messages.length, { timeout: 5000 }).toBe(1)
    expect(silent.messages.length).toBe(4)
    // Those on their way, and those that were put off.
    const left = async () => {
      const { deliveries } = await app().deps.jobs.countJobs()
      return Object.values(deliveries!).reduce((sum, count) => sum + count)
    }
    await expect.poll(left).toBe(31)
  })

  it('is told all of it once it answers', async () => {
    const receiver = await startReceiver()
    receiver.answerAfter(50)
    const { id } = await createWebhook({ url: receiver.url, events: ['study-created'] })
    for (let i = 0; i < 20; i++) await createStudy()
    deliverAll()

    await tellAll(app().deps)

    await expect.poll(async () => (await attempts(id)).length, { timeout: 15_000 }).toBe(20)
    expect(new Set((await attempts(id)).map(({ attempt }) => attempt))).toEqual(new Set([1]))
    expect(receiver.messages).toHaveLength(20)
  })
})

describe('a delivery that fails', () => {
  it('is tried again later, and each try is logged', async () => {
    const receiver = await startReceiver()
    receiver.answer(500)
    const webhook = await createWebhook({ url: receiver.url, events: ['study-created'] })
    deliverAll()
    await createStudy()

    await tellAll(app().deps)

    await expect.poll(() => attempts(webhook.id)).toMatchObject([{ attempt: 1, status: 500 }])
    const [first] = await attempts(webhook.id)
    expect(Date.parse(first!.nextAt!)).toBeGreaterThan(Date.now())
    expect(await app().deps.jobs.countJobs()).toMatchObject({ deliveries: { delayed: 1 } })
    receiver.answer(200)
    await expect
      .poll(() => attempts(webhook.id), { timeout: 15_000, interval: 250 })
      .toMatchObject([
        { attempt: 2, status: 200 },
        { attempt: 1, status: 500 },
      ])
    expect(new Set(receiver.messages.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('turns the webhook off when its receiver says 410', async () => {
    const receiver = await startReceiver()
    receiver.answer(410)
    const webhook = await createWebhook({ url: receiver.url, events: ['study-created'] })
    deliverAll()
    await createStudy()

    await tellAll(app().deps)

    await expect
      .poll(async () => (await app().http.get(`/v1/webhooks/${webhook.id}`)).body.enabled)
      .toBe(false)
    await expect
      .poll(async () => (await attempts(webhook.id)).map(({ nextAt }) => nextAt))
      .toEqual([undefined])
  })

  it('leaves a webhook as it was changed, or deleted, while its receiver took time to say 410', async () => {
    const { deps, http, redis } = app()
    const { id } = await createWebhook({ url: 'http://127.0.0.1:1/', events: ['study-created'] })
    const delivery = { webhook: id as WebhookId, study: (await createStudy()) as StudyId, revision: 1 }
    const tellWhile = async (meanwhile: () => Promise<unknown>) => {
      const send = () => meanwhile().then(() => ({ status: 410 }))
      await deliver({ ...deps, sender: { ...deps.sender, send } }, delivery, 1)
    }

    await tellWhile(async () => http.patch(`/v1/webhooks/${id}`).send({ url: 'http://127.0.0.1:2/' }))
    expect((await http.get(`/v1/webhooks/${id}`)).body).toMatchObject({ enabled: true })
    await tellWhile(async () => http.delete(`/v1/webhooks/${id}`))
    expect((await http.get(`/v1/webhooks/${id}`)).status).toBe(404)
    expect(await redis.redis.keys(`*${id}*`)).toEqual([])
  })
})
