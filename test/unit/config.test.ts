import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CONFIG_SCHEMA, loadConfig, maskedConfig, needsTokens, rateLimitPerMinute } from '../../src/config.ts'
import { packagePath } from '../../src/package-path.ts'

describe('loadConfig', () => {
  it('fills in every default', () => {
    expect(loadConfig({})).toMatchObject({ HONE_HOST: '127.0.0.1', HONE_PORT: 7400, HONE_LOCK_MS: 6000 })
  })

  it('takes an empty variable for an unset one', () => {
    expect(loadConfig({ HONE_PORT: '', REDIS_URL: '' })).toMatchObject({ HONE_PORT: 7400 })
  })

  it.each([
    ['redis://localhost:6379'],
    ['rediss://user:pass@host:6380/2'],
    ['unix:/tmp/redis.sock'],
    ['rediss+cluster://a:7000,b:7001'],
    ['redis+sentinel://a,b/primary'],
  ])('takes %s for a Redis', (url) => {
    expect(loadConfig({ REDIS_URL: url }).REDIS_URL).toBe(url)
  })

  it('names every bad setting and what it must be', () => {
    const load = () => loadConfig({ HONE_PORT: '70000', REDIS_URL: 'localhost', HONE_LOG_LEVEL: 'loud' })

    expect(load).toThrow(/<=65535[\s\S]*HONE_PORT/)
    expect(load).toThrow(/must be redis:\/\/[\s\S]*REDIS_URL/)
    expect(load).toThrow(/HONE_LOG_LEVEL/)
  })
})

describe('needsTokens', () => {
  it.each(['127.0.0.1', '127.3.2.1', '::1', 'localhost'])(
    'lets everybody on %s in, unless told not to',
    (host) => {
      expect(needsTokens(loadConfig({ HONE_HOST: host }))).toBe(false)
      expect(needsTokens(loadConfig({ HONE_HOST: host, HONE_AUTH: 'off' }))).toBe(false)
      expect(needsTokens(loadConfig({ HONE_HOST: host, HONE_AUTH: 'required' }))).toBe(true)
    },
  )

  it.each(['0.0.0.0', '::', '10.0.0.5', 'hone.example.org'])(
    'asks for a token on %s, and never goes without',
    (host) => {
      expect(needsTokens(loadConfig({ HONE_HOST: host }))).toBe(true)
      expect(() => needsTokens(loadConfig({ HONE_HOST: host, HONE_AUTH: 'off' }))).toThrow(/npm run token/)
    },
  )
})

describe('rateLimitPerMinute', () => {
  it('limits strangers, or as it is told', () => {
    expect(rateLimitPerMinute(loadConfig({}))).toBe(0)
    expect(rateLimitPerMinute(loadConfig({ HONE_HOST: '0.0.0.0' }))).toBe(60_000)
    expect(rateLimitPerMinute(loadConfig({ HONE_HOST: '0.0.0.0', HONE_RATE_LIMIT_PER_MINUTE: '0' }))).toBe(0)
    expect(rateLimitPerMinute(loadConfig({ HONE_RATE_LIMIT_PER_MINUTE: '7' }))).toBe(7)
  })
})

describe('maskedConfig', () => {
  it('hides the token', () => {
    const token = 'not-for-the-log-of-anybody'

    expect(JSON.stringify(maskedConfig(loadConfig({ HONE_TOKEN: token })))).not.toContain(token)
  })

  it('hides the password and nothing else', () => {
    const masked = maskedConfig(loadConfig({ REDIS_URL: 'rediss://user:s3cret@host:6380/2' }))

    expect(masked.REDIS_URL).toBe('rediss://user:***@host:6380/2')
  })
})

describe('the table in the README', () => {
  it('has a row for each setting, with its default and its description, in order', () => {
    const readme = readFileSync(packagePath('README.md'), 'utf8')
    const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$/gm)].map(([, ...cells]) => cells)

    expect(rows).toEqual(
      Object.entries(CONFIG_SCHEMA.shape).map(([name, field]) => [name, shown(name), field.description]),
    )
  })
})

/** Defaults that depend on the machine are said in words. */
function shown(name: string): string {
  const words: Record<string, string> = { HONE_DATA_DIR: '`data/`', HONE_TRIAL_CONCURRENCY: 'cores' }
  const text = String(loadConfig({})[name as keyof typeof CONFIG_SCHEMA.shape] ?? '')
  return words[name] ?? (text === '' ? '' : `\`${text}\``)
}
