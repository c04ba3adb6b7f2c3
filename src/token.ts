import { parseArgs } from 'node:util'
import { loadConfig } from './config.ts'
import { SCOPES, type Scope } from './domain/token.ts'
import { createTokenStore } from './redis/token-store.ts'
import { createToken, listTokens, revokeToken, type TokenDeps, type TokenRequest } from './services/tokens.ts'
import { withRedis } from './with-redis.ts'

/** `npm run token`: makes, lists and revokes the bearer tokens of the API. */
const USAGE = `npm run token -- create --scope SCOPE [--scope SCOPE] [--name TEXT] [--days N]
npm run token -- list
npm run token -- revoke ID

  --scope SCOPE   read; write: create and change studies; worker: ask, report, tell; admin: everything.
                  Every token may read.
  --name TEXT     who has it
  --days N        good for so long; for ever unless given

Works on the Redis that REDIS_URL names, or on the private one of HONE_DATA_DIR. A token is printed once: it is kept as a
hash only.`

const DAY_MS = 24 * 60 * 60 * 1000

type Work = (deps: TokenDeps) => Promise<void>

/** What was typed cannot be meant. */
class BadArguments extends Error {}

try {
  const work = parse(process.argv.slice(2))
  if (work) await run(work)
  else console.log(USAGE)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = error instanceof BadArguments ? 2 : 1
}

async function run(work: Work): Promise<void> {
  const config = loadConfig()
  const context = { prefix: config.HONE_QUEUE_PREFIX }
  await withRedis(config, (redis) =>
    work({ tokens: createTokenStore({ ...context, redis }), clock: () => new Date() }),
  )
}

/** Undefined where help is all that is asked for. */
function parse(args: readonly string[]): Work | undefined {
  const { values, positionals } = parseFlags(args)
  if (values.help) return undefined
  const [verb, id, ...more] = positionals
  const { name = 'unnamed', scope: scopes = [], days } = values
  if (verb === 'create' && id === undefined) {
    if (scopes.length === 0)
      throw new BadArguments(`Say what it is for: --scope ${SCOPES.join(', --scope ')}.`)
    const request = { name, scopes: [...new Set(scopes.map(scopeOf))] }
    const expiryDays = days === undefined ? undefined : wholeDays(days)
    return (deps) => create(deps, request, expiryDays)
  }
  if (verb === 'list' && id === undefined) return list
  if (verb === 'revoke' && id !== undefined && more.length === 0) return (deps) => revoke(deps, id)
  throw new BadArguments(USAGE)
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        scope: { type: 'string', multiple: true },
        name: { type: 'string' },
        days: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (cause) {
    // Node's messages go on for sentences.
    const [sentence] = (cause as Error).message.split(/[.\n]/)
    throw new BadArguments(`${sentence}. What there is: npm run token -- --help`, { cause })
  }
}

function scopeOf(text: string): Scope {
  const scope = SCOPES.find((one) => one === text)
  if (scope) return scope
  throw new BadArguments(`There is no scope ${JSON.stringify(text)}: ${SCOPES.join(', ')}.`)
}

function wholeDays(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text)
  throw new BadArguments(`--days must be a whole number from 1 to 99999; ${JSON.stringify(text)} is not.`)
}

async function create(deps: TokenDeps, request: TokenRequest, days: number | undefined): Promise<void> {
  const until = days === undefined ? undefined : new Date(deps.clock().getTime() + days * DAY_MS)
  const expiry = until && { expiresAt: until.toISOString() }
  const { text, token } = await createToken(deps, { ...request, ...expiry })
  console.error(`Token ${token.id} (${token.scopes.join(', ')}). It is shown this once:`)
  console.log(text)
}

async function list(deps: TokenDeps): Promise<void> {
  for (const { id, name, scopes, createdAt, expiresAt } of await listTokens(deps)) {
    console.log([id, scopes.join(','), createdAt, expiresAt ?? 'never', name].join('\t'))
  }
}

async function revoke(deps: TokenDeps, id: string): Promise<void> {
  if (!(await revokeToken(deps, id))) throw new Error(`There is no token ${id}: \`npm run token -- list\`.`)
  console.error(`Token ${id} is revoked.`)
}
