import { createHash } from 'node:crypto'
import { mkdirSync, realpathSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export interface RunningService {
  readonly url: string
  readonly pid: number
}

export interface Claim {
  /** Tells whoever asks where the service is; until then they wait. */
  announce(url: string): void
  /** Lets whoever asks wait again, for the end. */
  withdraw(): void
  release(): void
}

/**
 * Makes this process the one that serves a data directory, and lets others ask it where. The claim is a socket in
 * Linux's abstract namespace: the kernel takes it down with its process, so no stale one is ever left behind.
 *
 * @returns undefined when another process has it.
 */
export async function claimDataDir(dataDir: string): Promise<Claim | undefined> {
  const waiting = new Set<Socket>()
  let answer: string | undefined
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('close', () => waiting.delete(socket))
    if (answer) socket.end(answer)
    else waiting.add(socket)
  })
  if (!(await listen(server, addressOf(dataDir)))) return undefined
  return {
    announce(url) {
      answer = JSON.stringify({ url, pid: process.pid } satisfies RunningService)
      for (const socket of waiting) socket.end(answer)
    },
    withdraw() {
      answer = undefined
    },
    release() {
      server.close()
      for (const socket of waiting) socket.destroy()
    },
  }
}

/** Who serves a data directory; waits while that is starting or ending. Undefined when nobody does. */
export async function findService(dataDir: string): Promise<RunningService | undefined> {
  for (;;) {
    const answer = await ask(addressOf(dataDir))
    if (answer === undefined) return undefined
    if (answer !== '') return JSON.parse(answer) as RunningService
    // It ended without a word.
    await delay(50)
  }
}

function addressOf(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const hash = createHash('sha256').update(realpathSync(dataDir)).digest('hex')
  return `\0hone-service-${hash.slice(0, 32)}`
}

function listen(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    )
    server.listen(address, () => resolve(true))
  })
}

/** @returns what the holder says before it hangs up; undefined when there is none. */
function ask(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(address)
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? undefined : answer),
    )
    socket.on('close', () => resolve(answer))
  })
}
