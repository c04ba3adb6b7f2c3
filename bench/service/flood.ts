import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { studiesKey } from '../../src/redis/keys.ts'
import { type Service, startService } from './service.ts'

// More than one API process takes at a time: 1,000 requests and 5,000 streams.
const CLIENTS = 1500
const STREAM_CLIENTS = 6000
// Longer than the flood: most stay, some leave.
const STREAM_SECONDS_MAX = 600
// Opened all at once, connections would be refused by the kernel and not by the service.
const CLIENTS_A_TICK = 50
const TICK_MS = 20
const SAMPLES = 6
const PAUSE_MS = 50
const SETTLE_MS = 5000
const STEPS = 5
const MB = 2 ** 20

interface Flood {
  readonly endAt: number
  /** Answers by what was asked and its status. */
  readonly answers: Map<string, number>
  readonly pool: Pool
  /** The study that was made last. */
  last?: string
}

/**
 * What the service's memory does while far more is asked of it than it takes on: clients that each create a study, ask,
 * report, tell and watch, as fast as they are answered, refused or not. @param seconds how long.
 */
export async function measureFlood(seconds: number): Promise<Record<string, number>> {
  const service = await startService(1)
  try {
    const before = await memoryOf(service)
    const pool = new Pool(service.url, { connections: CLIENTS + STREAM_CLIENTS, bodyTimeout: 0 })
    const flood: Flood = { endAt: performance.now() + 1000 * seconds, answers: new Map(), pool }
    const clients = startClients(flood)
    const during = await sample(service, seconds)
    // Ends what waits for an answer.
    await pool.destroy()
    await clients
    await delay(SETTLE_MS)
    return print(flood, [before, ...during, await memoryOf(service)], await storedOf(service))
  } finally {
    await service.close()
  }
}

/** Until the last one has gone. */
async function startClients(flood: Flood): Promise<void> {
  const clients: Promise<void>[] = []
  for (let i = 0; i < CLIENTS + STREAM_CLIENTS && performance.now() < flood.endAt; i++) {
    const isStream = i % ((CLIENTS + STREAM_CLIENTS) / CLIENTS) !== 0
    clients.push(forever(flood, isStream ? watchOne : trainOne))
    if (i % CLIENTS_A_TICK === 0) await delay(TICK_MS)
  }
  await Promise.all(clients)
}

/** A client that was cut off comes again, as one that was refused does. */
async function forever(flood: Flood, once: (flood: Flood) => Promise<void>): Promise<void> {
  while (performance.now() < flood.endAt) {
    await once(flood).catch((error: Error) => {
      if (performance.now() < flood.endAt) count(flood, `cut off: ${error.message}`)
    })
    await delay(PAUSE_MS * Math.random())
  }
}

async function trainOne(flood: Flood): Promise<void> {
  const study = await send(flood, 'POST', 'create', '/v1/studies', STUDY)
  if (!study) return
  flood.last = study.id
  const asked = await send(flood, 'POST', 'ask', `/v1/studies/${study.id}/trials:ask`, {})
  const trial = asked?.trials[0]
  if (!trial) return
  const path = `/v1/studies/${study.id}/trials/${trial.number}`
  const { token } = trial.lease
  for (let step = 1; step <= STEPS; step++)
    await send(flood, 'POST', 'report', `${path}:report`, { step, metrics: { loss: 1 / step }, token })
  await send(flood, 'POST', 'tell', `${path}:tell`, { state: 'completed', metrics: { loss: 0 }, token })
  await send(flood, 'GET', 'get', `/v1/studies/${study.id}`)
}

/** Watches the study that was made last, and goes without a word. */
async function watchOne({ pool, endAt, answers, last }: Flood): Promise<void> {
  if (!last) return
  const { statusCode, body } = await pool.request({ method: 'GET', path: `/v1/studies/${last}/events` })
  count({ answers }, `watch ${statusCode}`)
  body.on('error', () => {})
  body.resume()
  const seconds = statusCode === 200 ? STREAM_SECONDS_MAX * Math.random() : 0
  await delay(Math.min(1000 * seconds, Math.max(0, endAt - performance.now())))
  body.destroy()
}

const STUDY = {
  seed: 1,
  trainer: { kind: 'external' },
  sampler: { kind: 'random' },
  searchSpace: { parameters: [{ name: 'x', type: 'float', min: 0, max: 1 }] },
  metrics: [{ name: 'loss', goal: 'minimize' }],
  limits: { trials: 1 },
}

interface Answer {
  readonly id: string
  readonly trials: readonly { readonly number: number; readonly lease: { readonly token: string } }[]
}

async function send(
  flood: Flood,
  method: 'GET' | 'POST',
  name: string,
  path: string,
  body?: object,
): Promise<Answer | undefined> {
  const headers = body ? { 'content-type': 'application/json' } : {}
  const answer = await flood.pool.request({ method, path, headers, body: body ? JSON.stringify(body) : null })
  count(flood, `${name} ${answer.statusCode}`)
  if (answer.statusCode < 300) return (await answer.body.json()) as Answer
  await answer.body.dump()
  return undefined
}

function count({ answers }: Pick<Flood, 'answers'>, what: string): void {
  answers.set(what, (answers.get(what) ?? 0) + 1)
}

interface Memory {
  readonly second: number
  readonly apiMb: number
  readonly redisMb: number
  readonly studies: number
}

async function sample(service: Service, seconds: number): Promise<Memory[]> {
  const startedAt = performance.now()
  const samples: Memory[] = []
  for (let i = 1; i <= SAMPLES; i++) {
    await delay(startedAt + (1000 * seconds * i) / SAMPLES - performance.now())
    samples.push({ ...(await memoryOf(service)), second: (seconds * i) / SAMPLES })
  }
  return samples
}

async function memoryOf({ redis, apiPid }: Service): Promise<Memory> {
  const status = readFileSync(`/proc/${apiPid()}/status`, 'utf8')
  const used = /used_memory:(\d+)/.exec(await redis.info('memory'))![1]
  return {
    second: 0,
    apiMb: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024,
    redisMb: Number(used) / MB,
    studies: await redis.zcard(studiesKey('hone')),
  }
}

/** Bytes of all that belongs to studies and their lists: what may grow with them. */
async function storedOf({ redis }: Service): Promise<number> {
  let bytes = 0
  for await (const keys of redis.scanStream({ count: 1000 })) {
    const usages = redis.pipeline()
    for (const key of keys as string[]) usages.memory('USAGE', key, 'SAMPLES', 0)
    for (const [, size] of (await usages.exec())!) bytes += Number(size ?? 0)
  }
  return bytes / MB
}

function print(flood: Flood, samples: readonly Memory[], storedMb: number): Record<string, number> {
  console.log('| answer | times |\n|---|---|')
  for (const [what, times] of [...flood.answers].sort(([a], [b]) => a.localeCompare(b)))
    console.log(`| ${what} | ${times} |`)
  console.log('\n| second | API, MB | Redis, MB | studies |\n|---|---|---|---|')
  const seconds = ['before', ...samples.slice(1, -1).map(({ second }) => second.toFixed(0)), 'after']
  for (const [i, { apiMb, redisMb, studies }] of samples.entries())
    console.log(`| ${seconds[i]} | ${apiMb.toFixed(0)} | ${redisMb.toFixed(1)} | ${studies} |`)
  const [before, after] = [samples[0]!, samples.at(-1)!]
  const grown = after.redisMb - before.redisMb
  console.log(`\nRedis grew by ${grown.toFixed(1)} MB; all keys together have ${storedMb.toFixed(1)} MB.`)
  return {
    'API before the flood, MB': before.apiMb,
    'API halfway, MB': samples[SAMPLES / 2]!.apiMb,
    'API at its end, MB': samples.at(-2)!.apiMb,
    'API afterwards, MB': after.apiMb,
    'Redis growth, MB': grown,
    'keys of Redis, MB': storedMb,
    studies: after.studies,
  }
}
