import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { withApp } from '../../support/app.ts'
import { createExternalStudy } from '../../support/external-study.ts'

const REQUESTS_MAX = 10
const STREAMS_MAX = 3
const MIB = 2 ** 20
const app = withApp(() => ({
  load: { requestsMax: REQUESTS_MAX, bodyBytesMax: 100_000, fileBytesMax: 64 * MIB },
  streams: { streamsMax: STREAMS_MAX },
}))
const sockets: Socket[] = []
const letGo = () => {
  for (const socket of sockets.splice(0)) socket.destroy()
}
afterEach(letGo)

/** Sends the beginning of a request whose body never comes whole. @returns what is answered all the same. */
async function sendSlowly(contentLength: number, path = '/v1/studies'): Promise<() => string> {
  const { hostname, port } = new URL(app().url)
  const socket = connect(Number(port), hostname)
  sockets.push(socket)
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk)).on('error', () => {})
  await once(socket, 'connect')
  const type = path.startsWith('/v1/datasets') ? 'text/csv' : 'application/json'
  const head = [`POST ${path} HTTP/1.1`, 'host: localhost', `content-type: ${type}`]
  socket.write([...head, `content-length: ${contentLength}`, '', '{'].join('\r\n'))
  return () => answer
}

const sendMany = (count: number, contentLength: number, path?: string) =>
  Promise.all(Array.from({ length: count }, () => sendSlowly(contentLength, path)))
const refusedOf = (answers: readonly (() => string)[]) => answers.filter((answer) => answer() !== '').length
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

  it('keeps nobody but other uploads out where files are announced and do not come', async () => {
    const study = await createExternalStudy(app(), { limits: { parallel: 1000 } })
    const uploads = await sendMany(3, 32 * MIB, '/v1/datasets?name=slow')
    await expect.poll(() => refusedOf(uploads)).toBe(1)

    const asked = await study.post('/trials:ask', {})

    expect(asked.status).toBe(200)
    letGo()
    await works()
  })

  it('takes asks and reports although all the bytes of bodies are announced', async () => {
    const study = await createExternalStudy(app(), { limits: { parallel: 1000 } })
    const answers = await sendMany(4, 30_000)
    await expect.poll(() => refusedOf(answers)).toBe(1)

    const asked = await study.post('/trials:ask', { worker: 'w'.repeat(60) })
    const report = { step: 1, metrics: { loss: 1 } }
    const reported = await study.post(`/trials/${asked.body.trials[0].number}:report`, report)

    expect([asked.status, reported.status]).toEqual([200, 200])
    letGo()
    await works()
  })

  it('holds a body for no more than its route takes', async () => {
    const answers = await sendMany(2, 1e15, '/v1/datasets?name=huge')

    await expect.poll(() => refusedOf(answers)).toBe(2)
    for (const answer of answers) expect(answer()).toContain('HTTP/1.1 413')
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
