import { cutEvents } from './data/server-events.ts'
import type { StudyEventView } from './data/types.ts'
import { untilHidden, whenVisible } from './visible.ts'

const TOKEN = 'hone-token'
const RETRY_MS = 2000
const NO_ANSWER = 'The service does not answer.'

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export function setToken(token: string): void {
  sessionStorage.setItem(TOKEN, token)
}

/** A problem as the API tells it. */
export class ApiProblem extends Error {
  readonly status: number
  readonly errors: readonly { path: string; message: string }[]

  constructor(status: number, detail: string, errors: ApiProblem['errors'] = []) {
    super(detail)
    this.status = status
    this.errors = errors
  }
}

/** Somebody wants to know that a token is needed. */
let onUnauthorized = () => {}
export function whenUnauthorized(listener: () => void): void {
  onUnauthorized = listener
}

/** Requests that are asked again until they are answered, and what is in their way. */
const troubles = new Map<symbol, string>()
let onTrouble = (_message: string | undefined) => {}
/** Tells what requests wait for; undefined when none does any more. */
export function whenTroubled(listener: typeof onTrouble): void {
  onTrouble = listener
}

async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const token = sessionStorage.getItem(TOKEN)
  const headers = new Headers(init.headers)
  if (token) headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(path, { ...init, headers }).catch((error) => {
    throw isUnanswered(error) ? new ApiProblem(503, NO_ANSWER) : error
  })
  if (response.ok) return response
  const problem = await response.json().catch(() => ({}))
  if (response.status === 401) onUnauthorized()
  throw new ApiProblem(response.status, problem.detail ?? response.statusText, problem.errors)
}

/** Asks again while the service is too busy or restarting: reading twice does no harm. */
export async function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  const request = Symbol(path)
  try {
    for (;;) {
      try {
        const response = await send(path, signal ? { signal } : {})
        return await response.json()
      } catch (error) {
        tellTrouble(request, passingTrouble(error))
      }
      await pause(RETRY_MS)
      await whenVisible()
      signal?.throwIfAborted()
    }
  } finally {
    tellTrouble(request)
  }
}

/** What is in the way for the moment. Throws what will not pass. */
function passingTrouble(error: unknown): string {
  if (isUnanswered(error)) return NO_ANSWER
  if (error instanceof ApiProblem && error.status === 503) return error.message
  throw error
}

/** What fetch throws without a connection, and what reads an answer where that breaks off. */
function isUnanswered(error: unknown): boolean {
  return error instanceof TypeError
}

function tellTrouble(request: symbol, message?: string): void {
  if (message) troubles.set(request, message)
  else if (!troubles.delete(request)) return
  onTrouble([...troubles.values()].at(-1))
}

export async function post<Answer>(path: string, body?: string): Promise<Answer> {
  const headers: HeadersInit = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await send(path, { method: 'POST', headers, ...(body !== undefined && { body }) })
  return response.json()
}

export async function remove(path: string): Promise<void> {
  await send(path, { method: 'DELETE' })
}

export async function getBlob(path: string): Promise<Blob> {
  return (await send(path)).blob()
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string
}

/** Pages of a list, one after the other. @param path without limit and cursor. */
export async function* getPages<Item>(path: string, signal: AbortSignal): AsyncGenerator<readonly Item[]> {
  for (let cursor: string | undefined; ; ) {
    const join = path.includes('?') ? '&' : '?'
    const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: Page<Item> = await get(`${path}${join}limit=1000${more}`, signal)
    yield page.items
    cursor = page.nextCursor
    if (cursor === undefined) return
  }
}

/** Who follows a study's events. */
export interface Follower {
  readonly onEvents: (events: readonly StudyEventView[]) => void
  /** Whether events arrive as they happen. */
  readonly onLive: (isLive: boolean) => void
}

/**
 * A study's events after a revision, as they happen, until there will be no more: a lost connection is taken up again
 * behind the last event. Only while the page is seen: a browser keeps six connections to a service, and tabs behind would
 * hold them all. By fetch, since an EventSource cannot send a token.
 */
export async function followEvents(
  study: string,
  after: number,
  { onEvents, onLive }: Follower,
  signal: AbortSignal,
): Promise<void> {
  let revision = after
  const onMore = (events: readonly StudyEventView[]) => {
    if (events.length === 0) return
    revision = events.at(-1)!.revision
    onEvents(events)
  }
  while (!signal.aborted) {
    await whenVisible()
    const path = `/v1/studies/${study}/events?after=${revision}`
    const follower = { onEvents: onMore, onLive }
    const isOver = await readStream(path, follower, AbortSignal.any([signal, untilHidden()])).catch(isGone)
    if (isOver || signal.aborted) return
    if (!document.hidden) onLive(false)
    await pause(RETRY_MS)
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404
}

/** @returns whether there will be nothing more; where the token is refused, asking again tells. */
async function readStream(
  path: string,
  { onEvents, onLive }: Follower,
  signal: AbortSignal,
): Promise<boolean> {
  const response = await send(path, { signal, headers: { accept: 'text/event-stream' } })
  onLive(true)
  if (response.status === 204) return true
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return false
    const { events, rest } = cutEvents(text + value)
    text = rest
    const end = events.find(({ type }) => type === 'end')
    onEvents(events.filter((event) => event !== end).map(({ data }) => JSON.parse(data) as StudyEventView))
    if (end) return !/shutdown|unauthenticated/.test(end.data)
  }
}
