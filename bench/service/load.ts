import { readFileSync } from 'node:fs'
import { Pool } from 'undici'
import { quantileMs } from './measures.ts'

export interface Sent {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
}

export interface Answered {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** Sends one request and reads the whole answer. @throws for one that is refused. */
export type Send = (sent: Sent) => Promise<Answered>

export interface Load {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** CPU of the process that answered, each request. */
  readonly cpuMs: number
  /** Requests that were answered by 503; none of the figures counts them. */
  readonly refused: number
}

/** The service could not keep up, or its storage. */
class Overloaded extends Error {}

export interface Bounds {
  readonly seconds: number
  readonly connections: number
  /** Requests at most. */
  readonly count: number
}

const ANSWER_MS_MAX = 30_000

/** As many connections as asked for, kept alive. */
export function openPool(url: string, connections: number): { send: Send; close(): Promise<void> } {
  const pool = new Pool(url, { connections, headersTimeout: ANSWER_MS_MAX, bodyTimeout: ANSWER_MS_MAX })
  return {
    send: async ({ method, path, headers, body }) => {
      const answer = await pool.request({
        method,
        path,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        body: body ? JSON.stringify(body) : null,
      })
      const text = await answer.body.text()
      if (answer.statusCode === 503) throw new Overloaded(text)
      if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
      return { statusCode: answer.statusCode, headers: answer.headers, text }
    },
    close: () => pool.destroy(),
  }
}

/** What is asked, and of which process. */
export interface Target {
  readonly pid: number
  readonly request: (i: number) => Promise<unknown>
}

interface Sample {
  readonly times: readonly number[]
  readonly seconds: number
  readonly cpuSeconds: number
  readonly refused: number
}

/** Each connection sends its next request when it has the answer to its last, until the time or the count is up. */
export async function loadFor(bounds: Bounds, target: Target): Promise<Load> {
  return summarize([await sample(bounds, target)])
}

/**
 * The same for several targets one after the other, in a number of turns that share the time, so that whatever else the
 * machine does falls on all of them alike.
 */
export async function loadByTurns(
  bounds: Bounds,
  turns: number,
  targets: readonly Target[],
): Promise<Load[]> {
  const part = { ...bounds, seconds: bounds.seconds / turns }
  const samples = targets.map((): Sample[] => [])
  for (let turn = 0; turn < turns; turn++)
    for (const [i, target] of targets.entries()) samples[i]!.push(await sample(part, target))
  return samples.map(summarize)
}

async function sample({ seconds, connections, count }: Bounds, { pid, request }: Target): Promise<Sample> {
  const times: number[] = []
  const cpuBefore = cpuSecondsOf(pid)
  const startedAt = performance.now()
  const endAt = startedAt + 1000 * seconds
  let next = 0
  let refused = 0
  const client = async () => {
    while (next < count && performance.now() < endAt) {
      const sentAt = performance.now()
      const isAnswered = await request(next++).then(() => true, unlessOverloaded)
      if (isAnswered) times.push(performance.now() - sentAt)
      else refused++
    }
  }
  await Promise.all(Array.from({ length: connections }, client))
  const elapsed = (performance.now() - startedAt) / 1000
  return { times, seconds: elapsed, cpuSeconds: cpuSecondsOf(pid) - cpuBefore, refused }
}

function summarize(samples: readonly Sample[]): Load {
  const times = samples.flatMap((one) => one.times)
  const total = (key: 'seconds' | 'cpuSeconds' | 'refused') => samples.reduce((sum, one) => sum + one[key], 0)
  return {
    perSecond: times.length / total('seconds'),
    p50: quantileMs(times, 0.5),
    p99: quantileMs(times, 0.99),
    cpuMs: (1000 * total('cpuSeconds')) / times.length,
    refused: total('refused'),
  }
}

function unlessOverloaded(error: unknown): false {
  if (error instanceof Overloaded) return false
  throw error
}

/** User and system time of a process, from Linux's count of hundredths. */
export function cpuSecondsOf(pid: number | undefined): number {
  // What precedes the last parenthesis is the name, which may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
