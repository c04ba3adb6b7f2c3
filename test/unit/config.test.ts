import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CONFIG_SCHEMA, loadConfig, maskedConfig } from '../../src/config.ts'
import { packagePath } from '../../src/package-path.ts'

describe('loadConfig', () => {
  it('fills in every default', () => {
    expect(loadConfig({})).toMatchObject({ HONE_HOST: '127.0.0.1', HONE_PORT: 7400, HONE_LOCK_MS: 6000 })
  })

  it('takes an empty variable for an unset one', () => {
    expect(loadConfig({ HONE_PORT: '', REDIS_URL: '' })).toMatchObject({ HONE_PORT: 7400 })
  })

  it.each([['redis://localhost:6379'], ['rediss://user:pass@host:6380/2'], ['unix:/tmp/redis.sock']])(
    'takes %s for a Redis',
    (url) => {
      expect(loadConfig({ REDIS_URL: url }).REDIS_URL).toBe(url)
    },
  )

  it('names every bad setting and what it must be', () => {
    const load = () => loadConfig({ HONE_PORT: '70000', REDIS_URL: 'localhost', HONE_LOG_LEVEL: 'loud' })

    expect(load).toThrow(/<=65535[\s\S]*HONE_PORT/)
    expect(load).toThrow(/must start with redis:\/\/[\s\S]*REDIS_URL/)
    expect(load).toThrow(/HONE_LOG_LEVEL/)
  })
})

describe('maskedConfig', () => {
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
  const value = loadConfig({})[name as keyof typeof CONFIG_SCHEMA.shape]
  return words[name] ?? (value === undefined ? '' : `\`${value}\``)
}
