import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { StudyId } from '../../../../src/domain/ids.ts'
import { buildApp } from '../../../../src/http/app.ts'
import { StudyEventSchema } from '../../../../src/http/schemas/event.ts'
import { withApp } from '../../../support/app.ts'
import { type OpenStream, openStream } from '../../../support/event-stream.ts'
import { runningTrial } from '../../redis/study-fixture.ts'

const app = withApp()
const open: OpenStream[] = []
afterEach(() => {
  for (const stream of open.splice(0)) stream.leave()
})

async function createStudy(fields: object = {}): Promise<StudyId> {
  const { body } = await app()
    .http.post('/v1/studies')
    .send({ trainer: { kind: 'function', name: 'branin' }, limits: { trials: 3, parallel: 3 }, ...fields })
  return body.id
}

async function watch(id: string, query = '', headers: Record<string, string> = {}): Promise<OpenStream> {
  const stream = await openStream(`${app().url}/v1/studies/${id}/events${query}`, headers)
  open.push(stream)
  return stream
}

/** All kinds of events but those of the end. */
async function liveABit(id: StudyId): Promise<void> {
  const { store } = app().deps
  await store.enqueueTrials(id, [{ params: { x: 0.5 } }])
  await store.dispatchWaiting(id)
  await store.pauseStudy(id)
  await store.resumeStudy(id)
  const { number, attempt } = await runningTrial(store, id)
  await store.reportValues(id, number, attempt, [{ step: 1, metrics: { value: 0.25 } }])
  await store.releaseTrial(id, number, attempt)
  await store.startTrial(id, number, 'worker-2')
  await store.finishTrial(id, number, attempt + 1, { state: 'completed', metrics: { value: 0.1 + 0.2 } })
}

const withoutCrashes = ({ crashes: _, ...event }: Record<string, unknown>) => event

describe('GET /v1/studies/{study}/events: 200', () => {
  it('replays the journal, goes on as it grows, and ends after the test of the winner', async () => {
    const { store } = app().deps
    const id = await createStudy()
    await liveABit(id)
    const stream = await watch(id)
    const past = await stream.until(({ data }) => data?.type === 'trial-finished')
    await store.stopStudy(id, { code: 'stopped', message: 'Enough.' })
    await store.recordTest(id, 1, { accuracy: 0.5 })
    await store.closeStudy(id)

    const all = [...past, ...(await stream.rest())]

    expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
    expect(all.at(-1)).toEqual({ event: 'end', data: { reason: 'finished' } })
    const events = all.slice(0, -1).map(({ data }) => data)
    const journal = await store.readJournal(id)
    expect(events).toEqual(
      journal.map((event, i) => ({ revision: i + 1, ...withoutCrashes(event as never) })),
    )
    expect(all.slice(0, -1).map((message) => message.id)).toEqual(journal.map((_, i) => `${i + 1}-0`))
    expect(new Set(events.map((event) => event?.type)).size).toBe(13)
    for (const event of events) expect(StudyEventSchema.parse(event)).toEqual(event)
  })

  it('tells an event within the connection that watched before it happened', async () => {
    const id = await createStudy()
    const stream = await watch(id, '?after=1')
    const paused = stream.next()

    await app().http.post(`/v1/studies/${id}:pause`)

    expect(await paused).toMatchObject({ id: '2-0', data: { type: 'study-paused', revision: 2 } })
  })

  it.each([
    ['?after=2', {}],
    ['', { 'last-event-id': '2-0' }],
    ['?after=0', { 'last-event-id': '2' }],
    ['?after=2', { 'last-event-id': '' }],
  ])('goes on after the event that the client has: %s %j', async (query, headers) => {
    const id = await createStudy()
    await app().http.post(`/v1/studies/${id}:pause`)
    await app().http.post(`/v1/studies/${id}:resume`)

    const stream = await watch(id, query, headers)

    expect(await stream.next()).toMatchObject({ id: '3-0', data: { type: 'study-resumed' } })
  })

  it('goes on from any revision of a journal that is put away for the most part', async () => {
    const { store } = app().deps
    const id = await createStudy()
    await liveABit(id)
    for (let i = 0; i < 60; i++) await (i % 2 ? store.resumeStudy(id) : store.pauseStudy(id))
    await store.archiveJournal(id)
    const journal = await store.readJournal(id)
    const newest = await app().redis.redis.xlen(`test:{${id}}:journal`)
    expect(newest).toBeLessThan(10)

    for (const after of [
      0,
      7,
      8,
      9,
      journal.length - newest - 1,
      journal.length - newest,
      journal.length - 1,
    ]) {
      const stream = await watch(id, '', { 'last-event-id': `${after}-0` })
      const events = await stream.until(({ data }) => data?.revision === journal.length)
      stream.leave()

      expect(events.map((message) => message.id)).toEqual(
        journal.slice(after).map((_, i) => `${after + i + 1}-0`),
      )
      expect(events.map(({ data }) => data?.type)).toEqual(journal.slice(after).map(({ type }) => type))
    }
  })

  it('misses nothing when clients come and go while the journal grows', async () => {
    const { store } = app().deps
    const id = await createStudy({ limits: { trials: 100_000 } })
    const { number, attempt } = await runningTrial(store, id)
    let step = 0
    let isWatched = true
    const grow = async (): Promise<void> => {
      step++
      await store.reportValues(id, number, attempt, [{ step, metrics: { value: step } }])
      if (step % 10 === 0) await store.archiveJournal(id)
      if (isWatched) return grow()
    }
    const grown = grow()

    const ids: string[] = []
    for (let turn = 0; turn < 20; turn++) {
      const stream = await watch(id, '', ids.length > 0 ? { 'last-event-id': ids.at(-1)! } : {})
      for (let i = 0; i < 10; i++) ids.push((await stream.next())!.id!)
      stream.leave()
    }
    isWatched = false
    await grown

    expect(ids).toEqual(ids.map((_, i) => `${i + 1}-0`))
  })

  it('serves many watchers of many studies over one more connection to Redis', async () => {
    const { redis } = app().redis
    const connections = async () => ((await redis.client('LIST')) as string).trim().split('\n').length
    const ids = await Promise.all(Array.from({ length: 5 }, () => createStudy()))
    await (await watch(ids[0]!)).next()
    const before = await connections()

    const streams = await Promise.all(
      ids.flatMap((id) => Array.from({ length: 10 }, () => watch(id, '?after=1'))),
    )
    await Promise.all(ids.map((id) => app().deps.store.pauseStudy(id)))

    const told = await Promise.all(streams.map((stream) => stream.next()))
    expect(told.map((message) => message?.id)).toEqual(streams.map(() => '2-0'))
    expect(await connections()).toBe(before)
  })

  it('ends when the study is deleted', async () => {
    const id = await createStudy()
    const stream = await watch(id, '?after=1')

    await app().http.delete(`/v1/studies/${id}`)

    expect(await stream.rest()).toEqual([{ event: 'end', data: { reason: 'deleted' } }])
  })

  it('ends at once for a study that has ended', async () => {
    const id = await createStudy()
    await app().http.post(`/v1/studies/${id}:stop`)

    const messages = await (await watch(id)).rest()

    expect(messages.map(({ data }) => data?.type ?? data?.reason)).toEqual([
      'study-created',
      'study-stopping',
      'study-finished',
      'finished',
    ])
  })

  it('waits for the test of the winner although the study has ended', async () => {
    const { store } = app().deps
    const id = await createStudy({ limits: { trials: 1 } })
    const { number, attempt } = await runningTrial(store, id)
    await store.finishTrial(id, number, attempt, { state: 'completed', metrics: { value: 1 } })
    const stream = await watch(id)
    await stream.until(({ data }) => data?.type === 'study-finished')

    await store.recordTest(id, number, { accuracy: 1 })
    await store.closeStudy(id)

    const rest = await stream.rest()
    expect(rest.map(({ data }) => data?.type ?? data?.reason)).toEqual(['best-tested', 'finished'])
  })
})

describe('GET /v1/studies/{study}/events: 204', () => {
  it('tells a browser not to come back once it has everything', async () => {
    const id = await createStudy()
    const { body } = await app().http.post(`/v1/studies/${id}:stop`)

    const { response } = await watch(id, '', { 'last-event-id': `${body.revision}-0` })

    expect(response.status).toBe(204)
  })
})

describe('GET /v1/studies/{study}/events: 400', () => {
  it.each([
    ['?after=-1', {}],
    ['?after=x', {}],
    ['?since=1', {}],
    ['', { 'last-event-id': 'yesterday' }],
  ])('refuses %s %j', async (query, headers) => {
    const { response } = await watch(await createStudy(), query, headers)

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ type: '/problems/malformed-request' })
  })
})

describe('GET /v1/studies/{study}/events: 404', () => {
  it('knows no such study', async () => {
    const { response } = await watch('st_2222222222222222')

    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ type: '/problems/study-not-found' })
  })
})

/** Some 400 kB as JSON, and quick to read: what is in the way is to be the client, not the parser. */
const BULKY = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}-`.padEnd(4000, 'x'), i]))

describe('an open stream', () => {
  async function listen(streams: { heartbeatMs?: number; stallMs?: number }) {
    const own = await buildApp(app().deps, { streams })
    return { own, url: await own.listen({ host: '127.0.0.1', port: 0 }) }
  }

  it('says that it is still there while nothing happens', async () => {
    const { own, url } = await listen({ heartbeatMs: 5 })
    const stream = await openStream(`${url}/v1/studies/${await createStudy()}/events?after=1`)

    expect(await stream.next()).toEqual({ comment: 'still here' })
    expect(await stream.next()).toEqual({ comment: 'still here' })
    await own.close()
  })

  it('ends with a word when the service does, which it does not hold up', async () => {
    const { own, url } = await listen({})
    const stream = await openStream(`${url}/v1/studies/${await createStudy()}/events`)
    await stream.next()

    await own.close()

    expect(await stream.rest()).toEqual([{ event: 'end', data: { reason: 'shutdown' } }])
  })

  it('is cut when the client takes nothing, and holds little for it meanwhile', async () => {
    const { store } = app().deps
    const id = await createStudy()
    const { number, attempt } = await runningTrial(store, id)
    for (let step = 1; step <= 60; step++)
      await store.reportValues(id, number, attempt, [{ step, metrics: BULKY }])
    const { own, url } = await listen({ stallMs: 300 })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.pause()
    socket.write(`GET /v1/studies/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`)

    const [cut] = await once(own.server, 'connection')
    await once(cut, 'close')

    // The journal is 24 MB; some of it fits the kernel's buffers.
    expect(cut.bytesWritten).toBeLessThan(18_000_000)
    socket.destroy()
    await own.close()
  })

  it('does not hold the service up when its client has stopped reading', async () => {
    const { store } = app().deps
    const id = await createStudy()
    const { number, attempt } = await runningTrial(store, id)
    for (let step = 1; step <= 40; step++)
      await store.reportValues(id, number, attempt, [{ step, metrics: BULKY }])
    const { own, url } = await listen({})
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.pause()
    socket.write(`GET /v1/studies/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await once(own.server, 'request')

    const closed = own.close().then(() => 'closed')

    expect(await Promise.race([closed, delay(5000, 'still open', { ref: false })])).toBe('closed')
    socket.destroy()
  })

  it('outlives a Redis that goes away and comes back', async () => {
    const id = await createStudy()
    const stream = await watch(id, '?after=1')
    await app().redis.kill()
    await app().redis.restart()
    await expect.poll(async () => (await app().http.post(`/v1/studies/${id}:pause`)).status).toBe(200)

    expect(await stream.next()).toMatchObject({ id: '2-0' })
  })
})
