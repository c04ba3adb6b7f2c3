import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { withApp } from '../../support/app.ts'
import { createExternalStudy } from '../../support/external-study.ts'

const REQUESTS_MAX = 10
const STREAMS_MAX = 3
const app = withApp(() => ({
  load: { requestsMax: REQUESTS_MAX, bodyBytesMax: 100_000 },
  streams: { streamsMax: STREAMS_MAX },
}))
const sockets: Socket[] = []
const letGo = () => {
  for (const socket of sockets.splice(0)) socket.destroy()
}
afterEach(letGo)

/** Sends the beginning of a request whose body never comes whole. @returns what is answered all the same. */
async function sendSlowly(contentLength: number): Promise<() => string> {
  const { hostname, port } = new URL(app().url)
  const socket = connect(Number(port), hostname)
  sockets.push(socket)
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk)).on('error', () => {})
  await once(socket, 'connect')
  const head = ['POST /v1/studies HTTP/1.1', 'host: localhost', 'content-type: application/json']
  socket.write([...head, `content-length: ${contentLength}`, '', '{'].join('\r\n'))
  return () => answer
}

const sendMany = (count: number, contentLength: number) =>
  Promise.all(Array.from({ length: count }, () => sendSlowly(contentLength)))
const isUp = async () => (await fetch(`${app().url}/health/live`)).status
const works = () =>
  expect.poll(async () => (await app().http.get('/v1/studies')).status, { interval: 20 }).toBe(200)

describe('an API that is flooded', () => {
  it('takes so many slow bodies and refuses the others at once, with when to come again', async () => {
    const answers = await sendMany(5 * REQUESTS_MAX, 1000)

    const refused = () => answers.filter((answer) => answer() !== '')
    await expect.poll(() => refused().length).toBe(4 * REQUESTS_MAX)
    for (const answer of refused()) {
      expect(answer()).toContain('HTTP/1.1 503')
      expect(answer().toLowerCase()).toContain('retry-after: 1')
      expect(answer()).toContain('/problems/overloaded')
    }
    expect(await isUp()).toBe(200)
    letGo()
    await works()
  })

  it('holds so many bytes of bodies and no more, said or not', async () => {
    const answers = await sendMany(8, 30_000)

    await expect.poll(() => answers.filter((answer) => answer() !== '').length).toBe(5)
    letGo()
    await works()
  })

  it('serves so many streams, which are no requests at hand, and refuses the others', async () => {
    const study = await createExternalStudy(app(), { limits: { parallel: 1000 } })
    const ends = new AbortController()
    const open = (signal = ends.signal) => fetch(`${app().url}/v1/studies/${study.id}/events`, { signal })
    const streams = await Promise.all(Array.from({ length: STREAMS_MAX }, () => open()))

    const refused = await open()

    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    const answers = await sendMany(REQUESTS_MAX, 1000)
    await delay(0)
    expect(answers.map((answer) => answer())).toEqual(answers.map(() => ''))
    ends.abort()
    letGo()
    await expect.poll(async () => (await open(AbortSignal.timeout(5000))).status).toBe(200)
  })

  it('does what it answers, and nothing that it refuses, when many ask at once', async () => {
    const study = await createExternalStudy(app(), { limits: { parallel: 1000 } })
    const ask = async (worker: number) => {
      const answer = await fetch(`${app().url}/v1/studies/${study.id}/trials:ask`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ worker: `worker-${worker}` }),
      })
      return { status: answer.status, body: (await answer.json()) as { trials?: unknown[] } }
    }

    const answers = await Promise.all(Array.from({ length: 10 * REQUESTS_MAX }, (_, i) => ask(i)))

    const given = answers.flatMap(({ body }) => body.trials ?? [])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
    expect((await app().http.get(`/v1/studies/${study.id}`)).body.trials.running).toBe(given.length)
    await works()
  })
})
