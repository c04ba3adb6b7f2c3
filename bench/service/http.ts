import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpuSecondsOf, type Load, loadFor, openPool, type Send } from './load.ts'
import { quantileMs } from './measures.ts'
import { startService } from './service.ts'
import { openStreams } from './streams.ts'

const CONNECTIONS = 16
const STREAMS = 200
// Ends a measurement that is faster than anyone expects; and trials of one study, so that none runs out of places.
const REQUESTS = 100_000
const TRIALS = 5000
const STREAMED_TRIALS = 25
const ASKED = { finished: 100, timed: 50, parameters: 10, epochs: 3 }
// A service runs for days: the compiler of its JavaScript has seen enough after as many requests.
const WARM_UP = { seconds: 30, count: 30_000 }

type Rows = Record<string, Load>

/** The API under load, route by route. @param seconds how long each is asked for. */
export async function measureHttp(seconds: number): Promise<Record<string, number>> {
  const service = await startService(1)
  const { send, close } = openPool(service.url, CONNECTIONS)
  try {
    const rows = await measureRoutes(send, service.apiPid(), seconds)
    const { send: alone, close: closeAlone } = openPool(service.url, 1)
    rows[askedName()] = await measureAsk(alone, service.apiPid()).finally(closeAlone)
    const events = await measureEvents(service.url, send)
    return print(rows, events)
  } finally {
    await close()
    await service.close()
  }
}

async function measureRoutes(send: Send, pid: number, seconds: number): Promise<Rows> {
  const id = await createStudy(send, 'random', 2)
  const path = `/v1/studies/${id}`
  const { text, headers } = await send({ method: 'GET', path })
  const etag = String(headers.etag)
  const bounds = { seconds, connections: CONNECTIONS, count: REQUESTS }
  const get = () => send({ method: 'GET', path })
  const poll = () => send({ method: 'GET', path, headers: { 'if-none-match': etag } })
  // Whatever the first row pays for starting up would flatter the others.
  await loadFor({ ...bounds, ...WARM_UP }, pid, get)
  await loadFor({ ...bounds, ...WARM_UP }, pid, poll)
  const rows: Rows = { 'bare fastify route': await measureBare(text, path, bounds) }
  rows['GET a study, If-None-Match'] = await loadFor(bounds, pid, poll)
  rows['GET a study'] = await loadFor(bounds, pid, get)
  rows['POST a study'] = await loadFor(bounds, pid, () => createStudy(send, 'random', 2))
  rows['GET a page of studies'] = await loadFor(bounds, pid, () =>
    send({ method: 'GET', path: '/v1/studies' }),
  )
  const asked: Asked[] = []
  const trials = { ...bounds, count: TRIALS }
  rows['ask, random sampler'] = await loadFor(trials, pid, async () => asked.push(await ask(send, id)))
  const told = { ...bounds, count: asked.length }
  rows.tell = await loadFor(told, pid, (i) => tell(send, id, asked[i]!))
  return rows
}

/** In a process of its own, as the API is. */
async function measureBare(text: string, path: string, bounds: Parameters<typeof loadFor>[0]): Promise<Load> {
  const child = fork(new URL('./bare-route.ts', import.meta.url), [text])
  const { send, close } = openPool(await urlOf(child), CONNECTIONS)
  const get = () => send({ method: 'GET', path })
  try {
    await loadFor({ ...bounds, ...WARM_UP }, child.pid!, get)
    return await loadFor(bounds, child.pid!, get)
  } finally {
    await close()
    child.kill()
  }
}

async function urlOf(child: ChildProcess): Promise<string> {
  const [message] = await once(child, 'message')
  return (message as { url: string }).url
}

const askedName = () =>
  `ask, one client, ${ASKED.parameters} parameters, ${ASKED.finished} finished trials, default sampler`

/** One client that has ASKED.finished trials behind it, each with a learning curve, and trains one after the other. */
async function measureAsk(send: Send, pid: number): Promise<Load> {
  const id = await createStudy(send, undefined, ASKED.parameters)
  for (let i = 0; i < ASKED.finished; i++) await train(send, id, await ask(send, id))
  const times: number[] = []
  let cpuSeconds = 0
  for (let i = 0; i < ASKED.timed; i++) {
    const cpuBefore = cpuSecondsOf(pid)
    const startedAt = performance.now()
    const trial = await ask(send, id)
    times.push(performance.now() - startedAt)
    cpuSeconds += cpuSecondsOf(pid) - cpuBefore
    await train(send, id, trial)
  }
  const total = times.reduce((sum, ms) => sum + ms, 0)
  return {
    perSecond: (1000 * times.length) / total,
    p50: quantileMs(times, 0.5),
    p99: quantileMs(times, 0.99),
    cpuMs: (1000 * cpuSeconds) / times.length,
    refused: 0,
  }
}

interface EventFigures {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** From the event's own time to when each of the streams has it, one trial at a time. */
async function measureEvents(url: string, send: Send): Promise<EventFigures> {
  const id = await createStudy(send, 'random', 2)
  const streams = await openStreams(url, `/v1/studies/${id}/events`, STREAMS)
  const startedAt = performance.now()
  try {
    for (let i = 0; i < STREAMED_TRIALS; i++) await tell(send, id, await ask(send, id))
    const { revision } = JSON.parse((await send({ method: 'GET', path: `/v1/studies/${id}` })).text)
    const delays = await streams.untilAllHave(revision)
    const perSecond = (1000 * delays.length) / (performance.now() - startedAt)
    return { perSecond, p50: quantileMs(delays, 0.5), p99: quantileMs(delays, 0.99) }
  } finally {
    streams.close()
  }
}

interface Asked {
  readonly number: number
  readonly params: Readonly<Record<string, number>>
  readonly lease: { readonly token: string }
}

async function createStudy(send: Send, sampler: 'random' | undefined, parameters: number): Promise<string> {
  const body = {
    seed: 1,
    trainer: { kind: 'external' },
    ...(sampler && { sampler: { kind: sampler } }),
    searchSpace: {
      parameters: Array.from({ length: parameters }, (_, i) => ({
        name: `x${i}`,
        type: 'float',
        min: 0,
        max: 1,
      })),
    },
    metrics: [{ name: 'loss', goal: 'minimize' }],
    limits: { trials: 2 * TRIALS, parallel: 1000 },
  }
  return JSON.parse((await send({ method: 'POST', path: '/v1/studies', body })).text).id
}

async function ask(send: Send, id: string): Promise<Asked> {
  const { text } = await send({ method: 'POST', path: `/v1/studies/${id}/trials:ask`, body: {} })
  return JSON.parse(text).trials[0]
}

/** A bowl whose lowest point is off the centre. */
async function tell(send: Send, id: string, { number, params, lease }: Asked): Promise<void> {
  const loss = Object.values(params).reduce((sum, x) => sum + (x - 0.3) ** 2, 0)
  const body = { state: 'completed', metrics: { loss }, token: lease.token }
  await send({ method: 'POST', path: `/v1/studies/${id}/trials/${number}:tell`, body })
}

async function train(send: Send, id: string, trial: Asked): Promise<void> {
  const { number, lease } = trial
  for (let step = 1; step <= ASKED.epochs; step++) {
    const body = { step, metrics: { loss: 1 / step }, token: lease.token }
    await send({ method: 'POST', path: `/v1/studies/${id}/trials/${number}:report`, body })
  }
  await tell(send, id, trial)
}

function print(rows: Rows, events: EventFigures): Record<string, number> {
  const bare = rows['bare fastify route']!
  const figures: Record<string, number> = {}
  console.log(
    '| route | answers/s | of the bare route | p50 ms | p99 ms | CPU ms of the server | refused |\n|---|---|---|---|---|---|---|',
  )
  for (const [name, { perSecond, p50, p99, cpuMs, refused }] of Object.entries(rows)) {
    const share = perSecond / bare.perSecond
    const cells = [
      perSecond.toFixed(0),
      share.toFixed(2),
      p50.toFixed(2),
      p99.toFixed(2),
      cpuMs.toFixed(3),
      refused,
    ]
    console.log(`| ${name} | ${cells.join(' | ')} |`)
    Object.assign(figures, {
      [`${name}, per s`]: perSecond,
      [`${name}, p50 ms`]: p50,
      [`${name}, p99 ms`]: p99,
      [`${name}, CPU ms`]: cpuMs,
      [`${name}, refused`]: refused,
    })
  }
  const name = `events, ${STREAMS} streams`
  console.log(
    `| ${name} | ${events.perSecond.toFixed(0)} | | ${events.p50.toFixed(2)} | ${events.p99.toFixed(2)} | | |`,
  )
  return {
    ...figures,
    [`${name}, per s`]: events.perSecond,
    [`${name}, p50 ms`]: events.p50,
    [`${name}, p99 ms`]: events.p99,
  }
}
