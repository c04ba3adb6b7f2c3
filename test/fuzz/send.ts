import { Agent, request } from 'node:http'
import type { FuzzRequest } from './request.ts'

export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

// Far longer than any answer takes; what is asked to wait waits for milliseconds.
const ANSWER_MS_MAX = 20_000
const agent = new Agent({ keepAlive: true, maxSockets: 16 })

/** Of a stream only the head is read. @throws Error when no answer comes. */
export function send(url: string, { method, path, headers: given, body }: FuzzRequest): Promise<Received> {
  const { hostname, port } = new URL(url)
  // Without it the body of a GET would be taken for another request.
  const headers = {
    ...given,
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { agent, hostname, port, method, path, headers, timeout: ANSWER_MS_MAX },
      (response) => {
        const { statusCode: status = 0, headers: received } = response
        const chunks: Buffer[] = []
        const done = () =>
          resolve({ status, headers: received, body: Buffer.concat(chunks).toString('utf8') })
        if (received['content-type']?.startsWith('text/event-stream')) {
          done()
          response.destroy()
        }
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', done)
        response.on('error', reject)
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error(`No answer within ${ANSWER_MS_MAX / 1000} s.`)))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

export function closeConnections(): void {
  agent.destroy()
}
