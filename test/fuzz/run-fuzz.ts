import fc from 'fast-check'
import { createJudge } from './judge.ts'
import { type ApiDocument, operationsOf } from './operations.ts'
import { type FuzzRequest, type Kind, requestTo, type World } from './request.ts'
import { closeConnections, type Received, send } from './send.ts'

export interface FuzzOptions {
  readonly url: string
  readonly requests: number
  /** The same seed sends the same requests, as far as the same things come to be. */
  readonly seed: number
  /** Makes sure that there is something of everything to ask for. */
  prepare(): Promise<World>
}

export interface Finding {
  readonly what: string
  readonly request: FuzzRequest
}

export interface FuzzReport {
  readonly findings: readonly Finding[]
  readonly byKind: Readonly<Record<Kind, number>>
  readonly byStatus: Readonly<Record<string, number>>
  /** How often each operation was asked, and how often it did what it was asked. */
  readonly byOperation: Readonly<Record<string, { readonly asked: number; readonly done: number }>>
}

// After so many, what has been deleted or finished meanwhile is made anew.
const ROUND = 400
const TOGETHER = 8

/** Sends requests to every operation of the service's own document, and holds each answer against it. */
export async function runFuzz({ url, requests, seed, prepare }: FuzzOptions): Promise<FuzzReport> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument
  const operations = operationsOf(document)
  const judge = createJudge(document)
  const findings = new Map<string, Finding>()
  const byKind: Record<Kind, number> = { valid: 0, mutated: 0, hostile: 0 }
  const byStatus: Record<string, number> = {}
  const byOperation = Object.fromEntries(operations.map(({ id }) => [id, { asked: 0, done: 0 }]))

  async function tryOne(request: FuzzRequest): Promise<void> {
    const answer: Received | Error = await send(url, request).catch((error: Error) => error)
    byKind[request.kind]++
    const operation = byOperation[request.operation.id]!
    operation.asked++
    if (answer instanceof Error) return find(request, 'none', [answer.message])
    byStatus[answer.status] = (byStatus[answer.status] ?? 0) + 1
    if (answer.status < 400) operation.done++
    find(request, String(answer.status), judge(request, answer))
  }

  /** One of a kind is enough. */
  function find(request: FuzzRequest, status: string, faults: readonly string[]): void {
    for (const fault of faults) {
      const what = `${request.operation.id}: the answer ${status} to a ${request.kind} request ${fault}`
      const key = what.slice(0, 120)
      if (!findings.has(key)) findings.set(key, { what, request })
    }
  }

  for (let sent = 0; sent < requests; sent += ROUND) {
    const world = await prepare()
    const any = fc.oneof(...operations.map((operation) => requestTo(operation, document, world)))
    const round = fc.sample(any, { seed: seed + sent, numRuns: Math.min(ROUND, requests - sent) })
    for (let i = 0; i < round.length; i += TOGETHER)
      await Promise.all(round.slice(i, i + TOGETHER).map(tryOne))
  }
  closeConnections()
  return { findings: [...findings.values()], byKind, byStatus, byOperation }
}

/** To be pasted into a shell. */
export function asCurl(url: string, { method, path, headers, body }: FuzzRequest): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const flags = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  const data = body === undefined ? [] : [`--data-raw ${quote(body.slice(0, 1000))}`]
  return ['curl', '-i', '-X', method, quote(`${url}${path}`), ...flags, ...data].join(' ')
}
