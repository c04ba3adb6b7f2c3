import { BlockList } from 'node:net'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'
import { parseRedisUrl, REDIS_URL_FORMS } from './connection/redis-url.ts'
import { packagePath } from './package-path.ts'

/**
 * The only reader of the environment. Each setting has its unit in its name, a default and a reason; the table in
 * the README is checked against this schema by a test.
 */
const port = z.coerce.number().int().min(0).max(65_535)
const positive = z.coerce.number().int().min(1)
const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((one) => one.trim() || []))

export const CONFIG_SCHEMA = z.object({
  HONE_HOST: z.string().default('127.0.0.1').describe('Address the API listens on.'),
  HONE_PORT: port.default(7400).describe('Port the API listens on; 0 picks a free one.'),
  HONE_METRICS_PORT: port
    .optional()
    .describe(
      'Port of a worker for its `/metrics` and `/health`; unset: none. `npm start` counts it up for each.',
    ),
  HONE_AUTH: z
    .enum(['auto', 'required', 'off'])
    .default('auto')
    .describe(
      'Whether requests need a token: `required`, `off`, or `auto`, which is `required` unless HONE_HOST is loopback.',
    ),
  HONE_TOKEN: z
    .string()
    .min(24)
    .optional()
    .describe(
      'A token of scope `admin` besides those that `npm run token` makes, from a secret of the deployment.',
    ),
  HONE_RATE_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Requests of one token or address; 0: any number. Unless set, 60000 where tokens are needed.'),
  HONE_WEBHOOK_ALLOW_PRIVATE: z
    .stringbool()
    .default(false)
    .describe('Whether webhooks may reach addresses that are not on the Internet.'),
  HONE_CORS_ORIGINS: list.describe('Origins whose pages may call the API from scripts, with commas between.'),
  HONE_ALLOWED_HOSTS: list
    .transform((names) => names.map((name) => name.toLowerCase()))
    .describe(
      'Names besides localhost that a service without tokens goes by, such as that of a proxy in front, with commas between.',
    ),
  HONE_TRUSTED_PROXIES: list.describe('Addresses of proxies whose X-Forwarded-For is believed.'),
  HONE_DATA_DIR: z
    .string()
    .default(packagePath('data'))
    .transform((path) => resolve(path))
    .describe('Where the embedded Redis keeps its files.'),
  REDIS_URL: z
    .string()
    .refine((url) => parseRedisUrl(url) !== undefined, REDIS_URL_FORMS)
    .optional()
    .describe('Redis to use; without it `npm start` and `npm run quickstart` run a private one.'),
  HONE_REDIS_BIN: z
    .string()
    .optional()
    .describe('redis-server or valkey-server binary for the embedded Redis.'),
  HONE_QUEUE_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('hone')
    .describe('First part of every Redis key, so that several Hones can share one Redis.'),
  HONE_TRIAL_CONCURRENCY: positive
    .max(1024)
    .default(availableParallelism())
    .describe(
      'Trainings one trial worker runs at once, a core each; small networks of one shape that wait share one, up to 16.',
    ),
  HONE_TRIAL_ATTEMPTS_MAX: positive
    .max(100)
    .default(5)
    .describe('Workers a trial may crash before it is failed.'),
  HONE_LOCK_MS: positive
    .min(1000)
    .default(6000)
    .describe('Silence after which a worker counts as dead and its trial is started again elsewhere.'),
  HONE_RECONCILE_MS: positive.min(100).default(2000).describe('How often lost work is looked for.'),
  HONE_ARCHIVE_EVENTS: positive
    .min(8)
    .max(10_000)
    // A block of more is hardly smaller an event, and takes longer to read one of.
    .default(256)
    .describe(
      'Old events of a study that are compressed together; of the newest a quarter as many stay as they came.',
    ),
  HONE_RETENTION_DAYS: z.coerce
    .number()
    .positive()
    .optional()
    .describe('Days that a finished study is kept; then it is deleted. Without it all are kept.'),
  HONE_SHUTDOWN_MS: positive
    .default(10_000)
    .describe(
      'Longest a process takes to shut down after SIGTERM; a training has a quarter of it to end an epoch and be handed over.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where to send traces by OTLP/HTTP, as `http://localhost:4318`; unset: nowhere.'),
  HONE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe level that is logged.'),
})

export type Config = Readonly<z.infer<typeof CONFIG_SCHEMA>>

/** @throws Error that lists every bad setting and what it must be. */
export function loadConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const result = CONFIG_SCHEMA.safeParse(set)
  if (result.success) return Object.freeze(result.data)
  throw new Error(`Bad settings in the environment:\n${z.prettifyError(result.error)}`)
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether requests need a token. @throws Error when strangers could reach the service and it would not ask for one. */
export function needsTokens({ HONE_AUTH: auth, HONE_HOST: host }: Config): boolean {
  const isLoopback = host === 'localhost' || LOOPBACK.check(host, host.includes(':') ? 'ipv6' : 'ipv4')
  if (auth === 'off' && !isLoopback) {
    throw new Error(
      `HONE_AUTH=off would let everybody who reaches ${host} in. Leave it out, and make a token with ` +
        '`npm run token -- create --scope write`; or listen on 127.0.0.1.',
    )
  }
  return auth === 'required' || !isLoopback
}

// About what one process can answer: it bounds a client that runs wild, not one that works.
const RATE_LIMIT_PER_MINUTE = 60_000

/** Requests that one token or address may make within a minute; 0 for any number. */
export function rateLimitPerMinute(config: Config): number {
  return config.HONE_RATE_LIMIT_PER_MINUTE ?? (needsTokens(config) ? RATE_LIMIT_PER_MINUTE : 0)
}

/** For the log at start: the same settings, secrets masked. */
export function maskedConfig(config: Config): Config {
  const masked = config.REDIS_URL?.replace(/\/\/([^:@/]*):[^@/]*@/, '//$1:***@')
  return { ...config, ...(masked && { REDIS_URL: masked }), ...(config.HONE_TOKEN && { HONE_TOKEN: '***' }) }
}
