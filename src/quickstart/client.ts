import { setTimeout as delay } from 'node:timers/promises'
import type { PageView } from '../http/schemas/page.ts'
import type { StudyView } from '../http/schemas/study.ts'
import type { TrialView } from '../http/schemas/trial.ts'

export interface Client {
  createStudy(request: object): Promise<StudyView>
  getStudy(id: string): Promise<StudyView>
  /** Newest first. */
  listStudies(): Promise<readonly StudyView[]>
  getTrial(study: string, number: number): Promise<TrialView>
  /** All completed ones. */
  listCompleted(study: string): Promise<readonly TrialView[]>
}

// A killed API is back within a second or two, Redis with a large file later.
const PATIENCE_MS = 30_000
const RETRY_MS = 200
const PAGE = 1000

/**
 * @param signal ends every request.
 * @param token for a service that needs one.
 */
export function createClient(url: string, signal: AbortSignal, token?: string): Client {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const options = { headers: authorization, signal }
  const get = <T>(path: string) => untilAnswered(() => ask<T>(`${url}${path}`, options), signal)
  const list = async <T>(path: string) => {
    const items: T[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const at: string = cursor && `&cursor=${encodeURIComponent(cursor)}`
      const page: PageView<T> = await get(`${path}limit=${PAGE}${at}`)
      items.push(...page.items)
      cursor = page.nextCursor
    }
    return items
  }
  return {
    createStudy: (request) => {
      const headers = { ...authorization, 'content-type': 'application/json' }
      return ask(`${url}/v1/studies`, { method: 'POST', headers, body: JSON.stringify(request), signal })
    },
    getStudy: (id) => get(`/v1/studies/${id}`),
    listStudies: () => list('/v1/studies?'),
    getTrial: (study, number) => get(`/v1/studies/${study}/trials/${number}`),
    listCompleted: (study) => list(`/v1/studies/${study}/trials?state=completed&`),
  }
}

/** The service cannot be reached, for now. */
class NoAnswer extends Error {}

/** @throws Error with the problem's detail; NoAnswer. */
async function ask<T>(url: string, options: RequestInit): Promise<T> {
  const answer = await fetch(url, options).catch((cause: unknown) => {
    options.signal?.throwIfAborted()
    throw new NoAnswer(`${url} does not answer.`, { cause })
  })
  if (answer.ok) return (await answer.json()) as T
  const { detail } = (await answer.json()) as { detail: string }
  throw answer.status === 503 ? new NoAnswer(detail) : new Error(detail)
}

async function untilAnswered<T>(request: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await request()
    } catch (error) {
      if (!(error instanceof NoAnswer) || performance.now() > deadline) throw error
      await delay(RETRY_MS, undefined, { signal })
    }
  }
}
