import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import { overloaded } from '../access/limit-load.ts'
import type { App } from '../app-type.ts'

export interface StreamOptions {
  /** Silence after which a sign of life is sent. */
  readonly heartbeatMs?: number
  /** How long a client may take nothing of what waits for it. */
  readonly stallMs?: number
  /** As many are open at a time. */
  readonly streamsMax?: number
}

/** Answers that go on for as long as something may happen. */
export interface OpenStreams {
  readonly heartbeatMs: number
  /**
   * Counts an answer as one of them. @returns a signal that aborts when the client is gone or the service ends.
   * @throws overloaded when there are as many as this process takes.
   */
  open(reply: FastifyReply): AbortSignal
  /** For an answer that has something to send all the time. */
  cutWhenStalled(reply: FastifyReply): void
}

// Proxies commonly cut a connection that is silent for 60 s or, some, for 30 s.
const HEARTBEAT_MS = 15_000
// Four heartbeats: who is alive has read one of them.
const STALL_MS = 60_000
// Each costs some 50 kB with its socket and what waits to be sent.
const STREAMS_MAX = 5000
// An end is a few bytes; who has not taken them by then is not reading.
const FAREWELL_MS = 1000

/** Has them end before the server closes, which would wait for them. */
export function trackStreams(app: App, options: StreamOptions = {}): OpenStreams {
  const { heartbeatMs = HEARTBEAT_MS, stallMs = STALL_MS, streamsMax = STREAMS_MAX } = options
  const streams = new Map<ServerResponse, AbortController>()
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
    await Promise.all([...streams].map(([response, controller]) => end(response, controller)))
  })

  function open(reply: FastifyReply): AbortSignal {
    const { raw } = reply
    if (streams.size >= streamsMax) throw overloaded('This process has as many open streams as it takes')
    reply.letGo?.()
    // Kept alive for another request, it would hold up a server that is closing.
    reply.header('connection', 'close')
    const controller = new AbortController()
    if (isClosing || raw.destroyed) controller.abort()
    streams.set(raw, controller)
    raw.once('close', () => {
      streams.delete(raw)
      controller.abort()
    })
    return controller.signal
  }

  function cutWhenStalled({ raw }: FastifyReply): void {
    // Each write and each byte taken counts as a sign of life.
    raw.setTimeout(stallMs, () => raw.destroy())
  }

  return { heartbeatMs, open, cutWhenStalled }
}

async function end(response: ServerResponse, controller: AbortController): Promise<void> {
  controller.abort()
  const grace = new AbortController()
  await Promise.race([once(response, 'close'), delay(FAREWELL_MS, undefined, { signal: grace.signal })])
  grace.abort()
  response.destroy()
}
