import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { parseRedisUrl, REDIS_URL_FORMS, type RedisTarget } from './redis-url.ts'

export type ClientOptions = Pick<
  RedisOptions,
  | 'autoResubscribe'
  | 'commandTimeout'
  | 'connectTimeout'
  | 'lazyConnect'
  | 'maxRetriesPerRequest'
  | 'socketTimeout'
>

const RECONNECT_MS_MAX = 500
const retryMs = (times: number) => Math.min(50 * times, RECONNECT_MS_MAX)

/**
 * A client of one server, of a cluster, or of whatever server the sentinels call the primary. It reconnects for ever.
 *
 * @param url see redis-url.ts
 */
export function openRedis(url: string, more: ClientOptions): Redis {
  const target = parseRedisUrl(url)
  if (!target) throw new Error(`REDIS_URL ${REDIS_URL_FORMS}.`)
  const options = { ...more, retryStrategy: retryMs, reconnectOnError: isDemoted }
  if (target.kind === 'socket') return new Redis({ ...options, path: target.path })
  if (target.kind === 'server') return new Redis(target.url, options)
  const settings = { ...options, ...credentialsOf(target) }
  if (target.kind === 'cluster') return openCluster(target, settings)
  const { nodes, tls, name, db } = target
  return new Redis({
    ...settings,
    sentinels: [...nodes],
    name,
    db,
    sentinelRetryStrategy: retryMs,
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
  })
}

/** A primary that became a replica refuses writes: a new connection may lead to its successor. */
function isDemoted({ message }: Error): boolean {
  return message.startsWith('READONLY')
}

/** Typed as a single server's client: every command that is used here is there, and takes its keys from one slot. */
function openCluster(
  { nodes, tls }: Extract<RedisTarget, { kind: 'cluster' }>,
  options: ClientOptions,
): Redis {
  const { maxRetriesPerRequest, lazyConnect = false, ...node } = options
  const cluster = new Cluster([...nodes], {
    redisOptions: node,
    clusterRetryStrategy: retryMs,
    lazyConnect,
    // Who must not wait for one server must not wait for a cluster, but for one that was never asked before.
    enableOfflineQueue: maxRetriesPerRequest === null || lazyConnect,
    // Certificates are for names, so names are not looked up beforehand.
    ...(tls && { dnsLookup: (address: string, found: Found) => found(null, address) }),
  })
  return cluster as unknown as Redis
}
type Found = (error: null, address: string) => void

function credentialsOf({ tls, username, password }: Exclude<RedisTarget, { kind: 'socket' | 'server' }>) {
  return { ...(username && { username }), ...(password && { password }), ...(tls && { tls: {} }) }
}
