import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Bounds, loadByTurns, loadFor, openPool, type Send, type Target } from './load.ts'
import { BARE_ROUTE, type Rows } from './rows.ts'

// A service runs for days: the compiler of its JavaScript has seen enough after as many requests.
const WARM_UP = { seconds: 30, count: 30_000 }
const TURNS = 4

/** A study read whole and polled, by turns with a bare fastify route that answers the same, all of them warm. */
export async function measureReads(send: Send, pid: number, path: string, bounds: Bounds): Promise<Rows> {
  const { text, headers } = await send({ method: 'GET', path })
  const poll = { method: 'GET', path, headers: { 'if-none-match': String(headers.etag) } } as const
  const child = fork(new URL('./bare-route.ts', import.meta.url), [text])
  const { send: sendBare, close } = openPool(await urlOf(child), bounds.connections)
  const targets: Record<string, Target> = {
    [BARE_ROUTE]: { pid: child.pid!, request: () => sendBare({ method: 'GET', path }) },
    'GET a study, If-None-Match': { pid, request: () => send(poll) },
    'GET a study': { pid, request: () => send({ method: 'GET', path }) },
  }
  try {
    for (const target of Object.values(targets)) await loadFor({ ...bounds, ...WARM_UP }, target)
    const loads = await loadByTurns(bounds, TURNS, Object.values(targets))
    return Object.fromEntries(Object.keys(targets).map((name, i) => [name, loads[i]!]))
  } finally {
    await close()
    child.kill()
  }
}

async function urlOf(child: ChildProcess): Promise<string> {
  const [message] = await once(child, 'message')
  return (message as { url: string }).url
}
