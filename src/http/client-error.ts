import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { HoneError } from '../domain/errors.ts'
import { toProblem } from './problem.ts'

/** Answers what is not even HTTP: no request came to be, so no route or error handler sees it. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy(error)
  const problem = toProblem(new HoneError('malformed-request', detail(error.code)), {
    url: '',
    requestId: newRequestId(),
  })
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} Bad Request`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function detail(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW')
    return 'The request headers are larger than this service takes: send fewer.'
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return 'The request did not come to its end in time: send it again.'
  return 'The request is not HTTP/1.1.'
}

export function newRequestId(): string {
  return `req_${randomUUID()}`
}
