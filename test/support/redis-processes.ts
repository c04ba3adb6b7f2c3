import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { findRedisBinary } from '../../src/launcher/redis-binary.ts'
import { packagePath } from '../../src/package-path.ts'

/** Redis servers on TCP ports, set up in ways that the embedded one is not. */
export interface RedisProcess {
  readonly port: number
  /** A client of this server alone. */
  readonly redis: Redis
  kill(signal?: NodeJS.Signals): Promise<void>
  close(): Promise<void>
}

/** For `localhost`, valid for a hundred years: made for these tests with openssl, trusted by nobody else. */
export const TLS_CERTIFICATE = packagePath('test', 'support', 'tls', 'certificate.pem')

/** A server whose clients speak TLS. */
export async function startTlsRedis(): Promise<{ url: string; close(): Promise<void> }> {
  const port = await freePort()
  const server = await startRedisProcess([
    `tls-port ${port}`,
    `tls-cert-file ${TLS_CERTIFICATE}`,
    `tls-key-file ${packagePath('test', 'support', 'tls', 'key.pem')}`,
    `tls-ca-cert-file ${TLS_CERTIFICATE}`,
    'tls-auth-clients no',
  ])
  return { url: `rediss://localhost:${port}`, close: server.close }
}

/** @param settings the server's, one a line, as in redis.conf. */
export async function startRedisProcess(
  settings: readonly string[] = [],
  kind: 'server' | 'sentinel' = 'server',
): Promise<RedisProcess> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'hone-redis-'))
  const file = join(folder, 'redis.conf')
  const own = [`port ${port}`, `dir ${folder}`, 'bind 127.0.0.1', 'daemonize no']
  const plain = kind === 'server' ? ['save ""', 'appendonly no'] : []
  writeFileSync(file, [...own, ...plain, ...settings, ''].join('\n'))
  const { path, environment } = findRedisBinary()
  const args = kind === 'sentinel' ? [file, '--sentinel'] : [file]
  const child = spawn(path, args, { stdio: 'ignore', env: { ...process.env, ...environment } })
  const redis = new Redis({ port, retryStrategy: () => 20, maxRetriesPerRequest: null })
  redis.on('error', () => {})
  await redis.ping()
  return {
    port,
    redis,
    kill: (signal = 'SIGKILL') => end(child, signal),
    async close() {
      redis.disconnect()
      await end(child, 'SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

async function freePort(): Promise<number> {
  // A cluster's nodes talk to each other 10,000 ports further up, or where they are told.
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export interface TestCluster {
  readonly url: string
  readonly nodes: readonly RedisProcess[]
  /** Of all nodes. */
  keys(): Promise<string[]>
  close(): Promise<void>
}

const SLOTS = 16_384

/** A cluster of three primaries. */
export async function startTestCluster(): Promise<TestCluster> {
  const nodes = await Promise.all(
    [0, 1, 2].map(async () =>
      startRedisProcess([
        'cluster-enabled yes',
        'cluster-config-file nodes.conf',
        `cluster-port ${await freePort()}`,
        'cluster-node-timeout 2000',
      ]),
    ),
  )
  for (const [i, { redis }] of nodes.entries()) {
    const share = (k: number) => Math.round((SLOTS * k) / nodes.length)
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', share(i), share(i + 1) - 1)
    await redis.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)
  }
  const [first, ...others] = nodes
  for (const { redis, port } of others) {
    const busPort = String((await redis.config('GET', 'cluster-port'))[1])
    await first!.redis.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort)
  }
  for (const { redis } of nodes) await untilOk(redis)
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    keys: async () => (await Promise.all(nodes.map(({ redis }) => redis.keys('*')))).flat(),
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()))
    },
  }
}

async function untilOk(redis: Redis): Promise<void> {
  for (;;) {
    const info = String(await redis.call('CLUSTER', 'INFO'))
    if (info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
