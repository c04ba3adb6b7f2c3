import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../config.ts'
import type { Logger } from '../services/ports/logger.ts'
import { type Claim, claimDataDir, findService, type RunningService } from './claim-data-dir.ts'
import { type KeptRunning, keepRunning } from './keep-running.ts'
import { startRedisServer } from './redis-server.ts'
import { NICENESS, type Running, startProcess } from './start-process.ts'

export interface StackOptions {
  readonly logger: Logger
  /** File descriptor for the logs of the processes. */
  readonly output: number
}

export interface Stack {
  /** Where the API is. */
  readonly url: string
  /** Process ids by name, as of now. */
  pids(): Readonly<Record<string, number | undefined>>
  /** Ends everything that was started, in order. */
  stop(): Promise<void>
}

/** Another process serves this data directory. */
export class AlreadyRunning extends Error {
  readonly service: RunningService

  constructor(dataDir: string, service: RunningService) {
    super(
      `Hone serves ${dataDir} already, on ${service.url}. ` +
        `Stop it with \`kill ${service.pid}\`, or set HONE_DATA_DIR to another folder.`,
    )
    this.service = service
  }
}

type Children = Map<string, KeptRunning>

const WORKERS = ['proposal-worker', 'trial-worker'] as const
// Nobody may be left who asks something of a process that is gone.
const STOP_ORDER = [['api'], WORKERS, ['redis']]
const POLL_MS = 50
const READY_MS_MAX = 60_000

/**
 * Starts Redis (unless REDIS_URL names one), the API, a proposal worker and a trial worker, by the entry points that
 * the Docker image has, and keeps them running.
 *
 * @returns once the API is ready to serve.
 * @throws AlreadyRunning; Error with what to do when a part does not come up.
 */
export async function startStack(config: Config, options: StackOptions): Promise<Stack> {
  // Many services may share a Redis elsewhere; a data directory has one.
  const claim = config.REDIS_URL ? undefined : await claimOrRefuse(config.HONE_DATA_DIR)
  const children: Children = new Map()
  const stop = async () => {
    claim?.withdraw()
    await stopInOrder(children)
    claim?.release()
  }
  try {
    const url = await startChildren(children, config, options)
    await untilReady(url)
    claim?.announce(url)
    return { url, stop, pids: () => pidsOf(children) }
  } catch (error) {
    await stop()
    throw error
  }
}

async function claimOrRefuse(dataDir: string): Promise<Claim> {
  for (;;) {
    const claim = await claimDataDir(dataDir)
    if (claim) return claim
    const service = await findService(dataDir)
    if (service) throw new AlreadyRunning(dataDir, service)
  }
}

/** @returns where the API is. */
async function startChildren(children: Children, config: Config, options: StackOptions): Promise<string> {
  const { logger, output } = options
  const keep = async <T extends Running>(name: string, start: () => Promise<T>): Promise<T> => {
    const child = await keepRunning(name, start, logger)
    children.set(name, child)
    return child.first
  }
  const redisUrl = config.REDIS_URL ?? (await keep('redis', () => startRedis(config, logger))).url
  const settings = { ...config, REDIS_URL: redisUrl }
  const shutdownMs = config.HONE_SHUTDOWN_MS
  const startWorker = (name: keyof typeof NICENESS, place: number) =>
    startProcess({
      name,
      entry: `dist/workers/${name}.js`,
      environment: environmentOf({ ...settings, ...metricsPort(config, place) }),
      output,
      shutdownMs,
      niceness: NICENESS[name],
    })

  let port = config.HONE_PORT
  const startApi = async () => {
    const environment = environmentOf({ ...settings, HONE_PORT: port })
    const api = await startProcess({
      name: 'api',
      entry: 'dist/src/server.js',
      environment,
      output,
      shutdownMs,
    })
    const url = api.ready.url!
    // Clients know it by this address from now on, so this is where it comes back after a crash.
    port = Number(new URL(url).port)
    return { ...api, url }
  }

  const workers = WORKERS.map((name, place) => keep(name, () => startWorker(name, place)))
  const [api, ...others] = await Promise.allSettled([keep('api', startApi), ...workers])
  const failure = [api, ...others].find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
  return (api as PromiseFulfilledResult<{ url: string }>).value.url
}

async function startRedis(config: Config, logger: Logger): Promise<Running & { url: string }> {
  const server = await startRedisServer({
    dataDir: config.HONE_DATA_DIR,
    binary: config.HONE_REDIS_BIN,
    logger,
  })
  return { ...server, exited: server.exited.then(() => 'see redis.log in the data directory') }
}

/** Two workers on one machine cannot share a port. */
function metricsPort({ HONE_METRICS_PORT: first }: Config, place: number): Partial<Config> {
  return first ? { HONE_METRICS_PORT: first + place } : {}
}

/** The settings as a child reads them. */
function environmentOf(config: Config): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, String(value)]))
}

async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX
  while (performance.now() < deadline) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (answer?.ok) return
    await delay(POLL_MS)
  }
  throw new Error(`The API on ${url} was not ready after ${READY_MS_MAX / 1000} s.`)
}

function pidsOf(children: Children): Record<string, number | undefined> {
  return Object.fromEntries([...children].map(([name, child]) => [name, child.pid()]))
}

async function stopInOrder(children: Children): Promise<void> {
  for (const names of STOP_ORDER) {
    await Promise.all(names.map(async (name) => children.get(name)?.stop()))
  }
}
