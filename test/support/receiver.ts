import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

const LONGER_THAN_TESTS_MS = 3_600_000

export interface Message {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An HTTP server that notes what it is sent, until the test ends. */
export async function startReceiver(): Promise<{
  readonly url: string
  readonly messages: readonly Message[]
  /** What it answers from now on. */
  answer(status: number, headers?: Record<string, string>): void
  /** How long it takes for that. */
  answerAfter(ms: number): void
  /** Takes messages and never answers. */
  keepSilent(): void
}> {
  const messages: Message[] = []
  let answer: { status: number; headers: Record<string, string> } = { status: 204, headers: {} }
  let waitMs = 0
  const server = createServer(async (request, response) => {
    messages.push({ path: request.url!, headers: request.headers, body: await text(request) })
    if (waitMs > 0) await delay(waitMs, undefined, { ref: false })
    response.writeHead(answer.status, answer.headers).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    answerAfter: (ms) => {
      waitMs = ms
    },
    keepSilent: () => {
      waitMs = LONGER_THAN_TESTS_MS
    },
    answer: (status, headers = {}) => {
      answer = { status, headers }
    },
  }
}
