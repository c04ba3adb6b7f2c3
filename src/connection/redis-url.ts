/** What a REDIS_URL says. */
export type RedisTarget =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'server'; readonly url: string }
  | ({ readonly kind: 'cluster' } & Nodes)
  /** The sentinels know where the primary of this name is at present. */
  | ({ readonly kind: 'sentinel'; readonly name: string; readonly db: number } & Nodes)

interface Nodes {
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  readonly tls: boolean
  /** Of the servers that hold data. */
  readonly username?: string
  readonly password?: string
}

const SOCKET = /^unix:(\/.+)$/
const SERVER = /^rediss?:\/\/.+$/
const SEVERAL = /^redis(s?)\+(cluster|sentinel):\/\/(?:([^@/]*)@)?([^@/]+)(?:\/([^/?]*)(?:\/(\d+))?)?$/
const NODE = /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i
const PORTS = { cluster: 6379, sentinel: 26379 } as const

export const REDIS_URL_FORMS =
  'must be redis://, rediss://, unix:/, redis+cluster://host:port,host:port or redis+sentinel://host:port,host:port/name'

/** Undefined for what is none of REDIS_URL_FORMS. */
export function parseRedisUrl(url: string): RedisTarget | undefined {
  const [, path] = SOCKET.exec(url) ?? []
  if (path !== undefined) return { kind: 'socket', path }
  if (SERVER.test(url)) return { kind: 'server', url }
  return parseSeveral(url)
}

function parseSeveral(url: string): RedisTarget | undefined {
  const match = SEVERAL.exec(url)
  if (!match) return undefined
  const [, secure, kind, credentials, hosts, name = '', db = '0'] = match
  const nodes = parseNodes(hosts!, PORTS[kind as keyof typeof PORTS])
  if (!nodes) return undefined
  const common = { nodes, tls: secure === 's', ...parseCredentials(credentials) }
  if (kind === 'cluster') return name === '' ? { kind, ...common } : undefined
  return name === ''
    ? undefined
    : { kind: 'sentinel', name: decodeURIComponent(name), db: Number(db), ...common }
}

function parseNodes(hosts: string, port: number): { host: string; port: number }[] | undefined {
  const nodes = hosts.split(',').map((node) => NODE.exec(node))
  if (nodes.includes(null)) return undefined
  return nodes.map((node) => ({
    host: node![1]!.replace(/^\[|\]$/g, ''),
    port: Number(node![2] ?? port),
  }))
}

/** `user:password`, `:password` or nothing, percent-encoded as in any URL. */
function parseCredentials(text: string | undefined): { username?: string; password?: string } {
  if (!text) return {}
  const [username = '', password = ''] = text.split(':').map(decodeURIComponent)
  return { ...(username && { username }), ...(password && { password }) }
}
