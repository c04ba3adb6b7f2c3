import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../services/ports/logger.ts'
import { findRedisBinary, type RedisBinary } from './redis-binary.ts'
import { redisStatus } from './redis-ping.ts'

export interface RedisServer {
  /** `unix:/path` */
  readonly url: string
  readonly pid: number | undefined
  /** Whether another process started it: then it is not ours to stop. */
  readonly isReused: boolean
  /** Ends it, unless it is reused. For after everything that uses it has closed. */
  stop(): Promise<void>
  /** Resolves when it has ended; never for a reused one. */
  readonly exited: Promise<void>
}

export interface RedisServerOptions {
  /** Where it keeps its append-only file; made if need be. */
  readonly dataDir: string
  /** The binary to run instead of the one that is found. */
  readonly binary?: string | undefined
  readonly logger?: Logger | undefined
}

// sockaddr_un holds 108 bytes, with the zero at the end.
const SOCKET_PATH_BYTES_MAX = 107
// Loading a large append-only file takes its time: some 10 s a gigabyte.
const READY_MS_MAX = 60_000
const POLL_MS = 20
// A server whose parent was killed notices its SIGTERM at its next tick, 100 ms away at most, and answers until then.
const ORPHAN_MS = 300
const STOP_MS_MAX = 10_000
// Exit code that we ask of flock for "another process holds the lock".
const LOCKED = 75

/**
 * Runs a private Redis on a unix socket, with every write in an append-only file. It ends when its parent does, even
 * by kill -9. A server that runs on this data directory already is shared, never doubled: two of them would tear
 * each other's files apart.
 *
 * For the main thread: the server ends with the thread that started it.
 *
 * @throws Error with one line that says what to do.
 */
export async function startRedisServer(options: RedisServerOptions): Promise<RedisServer> {
  const folder = resolve(options.dataDir)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const server = await shareOrLaunch(folder, socketPathFor(folder), options.binary)
  const { url, pid, isReused } = server
  const message = isReused ? 'redis server of another process shared' : 'redis server started'
  options.logger?.info({ url, pid }, message)
  return server
}

async function shareOrLaunch(folder: string, socketPath: string, wanted?: string): Promise<RedisServer> {
  const deadline = Date.now() + READY_MS_MAX
  for (; Date.now() < deadline; await delay(POLL_MS)) {
    const status = await redisStatus(socketPath)
    if (status.state === 'loading') continue
    if (status.state === 'ready' && (await staysReady(socketPath, status.pid)))
      return shared(socketPath, status.pid)
    const launched = await launch(findRedisBinary(wanted), folder, socketPath, deadline)
    // Undefined: another one is just starting or ending on this data.
    if (launched) return launched
  }
  throw new Error(
    `The Redis on ${folder} did not get ready in ${READY_MS_MAX / 1000} s: see redis.log there.`,
  )
}

async function staysReady(socketPath: string, pid: number): Promise<boolean> {
  await delay(ORPHAN_MS)
  const status = await redisStatus(socketPath)
  return status.state === 'ready' && status.pid === pid
}

function shared(socketPath: string, pid: number): RedisServer {
  return {
    url: `unix:${socketPath}`,
    pid,
    isReused: true,
    stop: async () => {},
    exited: new Promise(() => {}),
  }
}

async function launch(
  binary: RedisBinary,
  folder: string,
  socketPath: string,
  deadline: number,
): Promise<RedisServer | undefined> {
  const child = spawnServer(binary, folder, socketPath)
  let complaint = ''
  child.stderr?.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-500)
  })
  let hasEnded = false
  const exited = new Promise<void>((done) => {
    child.once('exit', () => done())
    child.once('error', () => done())
  }).then(() => {
    hasEnded = true
  })
  while (!hasEnded && Date.now() < deadline) {
    const status = await redisStatus(socketPath)
    if (status.state === 'ready' && status.pid === child.pid) return own(child, socketPath, exited)
    await delay(POLL_MS)
  }
  if (child.exitCode === LOCKED) return undefined
  child.kill('SIGKILL')
  const why = complaint.trim().replaceAll('\n', ' ') || `see ${join(folder, 'redis.log')}`
  throw new Error(`${binary.path} did not start on ${folder}: ${why}`)
}

function own(child: ChildProcess, socketPath: string, exited: Promise<void>): RedisServer {
  const stop = async () => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
    await exited
    clearTimeout(timer)
  }
  return { url: `unix:${socketPath}`, pid: child.pid, isReused: false, stop, exited }
}

/** In the data directory, or where that is too long a path in a short one of its own. */
function socketPathFor(folder: string): string {
  const path = join(folder, 'redis.sock')
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const short = join(tmpdir(), `hone-${name}`)
  mkdirSync(short, { recursive: true, mode: 0o700 })
  const { uid, mode } = statSync(short)
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new Error(
      `${short} belongs to somebody else: set HONE_DATA_DIR to a path of less than 95 characters.`,
    )
  }
  return join(short, 'redis.sock')
}

function spawnServer(binary: RedisBinary, folder: string, socketPath: string): ChildProcess {
  const settings = {
    port: '0',
    unixsocket: socketPath,
    unixsocketperm: '700',
    dir: folder,
    logfile: join(folder, 'redis.log'),
    daemonize: 'no',
    save: '',
    appendonly: 'yes',
    appendfsync: 'everysec',
    // A full memory must refuse writes: evicting keys would tear holes into studies.
    'maxmemory-policy': 'noeviction',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const command = [...guards(join(folder, 'redis.lock')), binary.path, ...args]
  return spawn(command[0]!, command.slice(1), {
    env: { ...process.env, ...binary.environment },
    // A group of its own, so that Ctrl-C reaches the workers first and Redis only when they are done.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

/** Commands that run the server, where the system has them: one ends it with its parent, one keeps a second away. */
function guards(lockFile: string): string[] {
  const endWithParent = ['setpriv', '--pdeathsig', 'TERM']
  const onlyOne = ['flock', '--no-fork', '--nonblock', '--conflict-exit-code', String(LOCKED)]
  return [
    ...(canRun([...endWithParent, 'true']) ? endWithParent : []),
    ...(canRun(['flock', '--no-fork', '--version']) ? [...onlyOne, lockFile] : []),
  ]
}

function canRun([command, ...args]: readonly string[]): boolean {
  return spawnSync(command!, args, { stdio: 'ignore', timeout: 5000 }).status === 0
}
