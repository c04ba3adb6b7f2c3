import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { setPriority } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { packagePath } from '../package-path.ts'

/** Something that runs until it ends by itself or is stopped. */
export interface Running {
  readonly pid: number | undefined
  /** Resolves with how it ended. Never rejects. */
  readonly exited: Promise<string>
  stop(): Promise<void>
}

export interface ProcessOptions {
  readonly name: string
  /** Path within the package. */
  readonly entry: string
  readonly environment: Readonly<Record<string, string>>
  /** File descriptor that both its outputs go to. */
  readonly output: number
  /** Longest that it takes to shut down; then it is killed. */
  readonly shutdownMs: number
  /** How far it lets others on this machine go first: 0, as everybody, to 19. */
  readonly niceness?: number
}

/**
 * Trainings take all there is of a processor; who asks the API shall not feel it. Nor shall they keep proposals from it:
 * every trial worker may wait for the next one.
 */
export const NICENESS = { 'proposal-worker': 2, 'trial-worker': 5 } as const

/** What the entry points say when they are up. */
interface Ready {
  readonly type: 'listening' | 'ready'
  readonly url?: string
}

// Connecting to a Redis that reads a large file back takes its time.
const READY_MS_MAX = 60_000

/**
 * Starts one of Hone's processes and waits until it is up. It has a process group of its own, so that Ctrl-C in a
 * terminal reaches only its parent, which stops things in order; and a channel to its parent, whose end ends it too.
 *
 * @throws Error with the end of what it complained about, when it does not come up.
 */
export async function startProcess(options: ProcessOptions): Promise<Running & { ready: Ready }> {
  const child = fork(packagePath(options.entry), {
    env: { ...process.env, ...options.environment },
    execArgv: ['--enable-source-maps'],
    detached: true,
    stdio: ['ignore', options.output, 'pipe', 'ipc'],
  })
  if (options.niceness && child.pid !== undefined) setPriority(child.pid, options.niceness)
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const complaint = passOn(child, options.output)
  const stop = () => stopChild(child, exited, options.shutdownMs)
  const ready = await Promise.race([untilReady(child), exited.then((ending) => ({ ending })), timeout()])
  if (ready && 'type' in ready) return { pid: child.pid, exited, stop, ready }
  await stop()
  const reason = ready ? `ended with ${ready.ending}` : `was not up after ${READY_MS_MAX / 1000} s`
  throw new Error(`The ${options.name} ${reason}. ${complaint()}`.trim())
}

async function untilReady(child: ChildProcess): Promise<Ready> {
  const [message] = (await once(child, 'message')) as [Ready]
  return message
}

function timeout(): Promise<undefined> {
  return delay(READY_MS_MAX, undefined, { ref: false })
}

/** @returns what gives the end of the child's complaints so far. */
function passOn(child: ChildProcess, output: number): () => string {
  let end = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    end = (end + chunk).slice(-2000)
    writeSync(output, chunk)
  })
  return () => end.trim()
}

async function stopChild(child: ChildProcess, exited: Promise<string>, shutdownMs: number): Promise<void> {
  child.kill('SIGTERM')
  // The process itself gives up after `shutdownMs`; this is for one that hangs.
  const timer = setTimeout(() => child.kill('SIGKILL'), shutdownMs + 1000)
  await exited
  clearTimeout(timer)
}
