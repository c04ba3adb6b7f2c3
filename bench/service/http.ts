import { type Bounds, cpuSecondsOf, type Load, loadFor, openPool, type Send } from './load.ts'
import { quantileMs } from './measures.ts'
import { measureReads } from './reads.ts'
import { printRows, type Rows } from './rows.ts'
import { startService } from './service.ts'
import { openStreams } from './streams.ts'

const CONNECTIONS = 16
const STREAMS = 200
// Ends a measurement that is faster than anyone expects; and trials of one study, so that none runs out of places.
const REQUESTS = 100_000
const TRIALS = 5000
const STREAMED_TRIALS = 25
const ASKED = { finished: 100, timed: 50, parameters: 10, epochs: 3 }

interface Api {
  readonly url: string
  readonly pid: number
  readonly send: Send
}

/** The API under load, route by route. @param seconds how long each is asked for. */
export function measureHttp(seconds: number): Promise<Record<string, number>> {
  return withApi(async (api) => {
    const rows = await measureRoutes(api, seconds)
    const { send: alone, close: closeAlone } = openPool(api.url, 1)
    rows[askedName()] = await measureAsk(alone, api.pid).finally(closeAlone)
    return { ...printRows(rows), ...printEvents(await measureEvents(api.url, api.send)) }
  })
}

/** Of these the reads of one study alone. */
export function measurePolls(seconds: number): Promise<Record<string, number>> {
  return withApi(async ({ send, pid }) => {
    const path = `/v1/studies/${await createStudy(send, 'random', 2)}`
    return printRows(await measureReads(send, pid, path, boundsFor(seconds)))
  })
}

async function withApi<Result>(measure: (api: Api) => Promise<Result>): Promise<Result> {
  const service = await startService(1)
  const { send, close } = openPool(service.url, CONNECTIONS)
  try {
    return await measure({ url: service.url, pid: service.apiPid(), send })
  } finally {
    await close()
    await service.close()
  }
}

function boundsFor(seconds: number): Bounds {
  return { seconds, connections: CONNECTIONS, count: REQUESTS }
}

async function measureRoutes({ send, pid }: Api, seconds: number): Promise<Rows> {
  const id = await createStudy(send, 'random', 2)
  const bounds = boundsFor(seconds)
  const rows = await measureReads(send, pid, `/v1/studies/${id}`, bounds)
  rows['POST a study'] = await loadFor(bounds, { pid, request: () => createStudy(send, 'random', 2) })
  const page = { method: 'GET', path: '/v1/studies' } as const
  rows['GET a page of studies'] = await loadFor(bounds, { pid, request: () => send(page) })
  const asked: Asked[] = []
  const trials = { ...bounds, count: TRIALS }
  const askOne = async () => asked.push(await ask(send, id))
  rows['ask, random sampler'] = await loadFor(trials, { pid, request: askOne })
  const told = { ...bounds, count: asked.length }
  rows.tell = await loadFor(told, { pid, request: (i) => tell(send, id, asked[i]!) })
  return rows
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

function printEvents({ perSecond, p50, p99 }: EventFigures): Record<string, number> {
  const name = `events, ${STREAMS} streams`
  console.log(`| ${name} | ${perSecond.toFixed(0)} | | ${p50.toFixed(2)} | ${p99.toFixed(2)} | | | |`)
  return { [`${name}, per s`]: perSecond, [`${name}, p50 ms`]: p50, [`${name}, p99 ms`]: p99 }
}
