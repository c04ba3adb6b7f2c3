import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { packagePath } from '../../src/package-path.ts'
import { launch, launchService, temporaryFolder } from '../support/launched.ts'

afterEach(() => vi.unstubAllEnvs())

describe('npm run token', () => {
  it('makes, lists and revokes the tokens of a service that is up', async () => {
    vi.stubEnv('HONE_AUTH', 'required')
    const dataDir = temporaryFolder()
    const { url } = await launchService(dataDir)
    const token = async (...args: string[]) => {
      const env = { ...process.env, HONE_DATA_DIR: dataDir, REDIS_URL: '' }
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [packagePath('dist/src/token.js'), ...args],
        {
          env,
        },
      )
      return stdout.trim()
    }
    const status = async (text: string) =>
      (await fetch(`${url}/v1/studies`, { headers: { authorization: `Bearer ${text}` } })).status

    const text = await token('create', '--scope', 'write', '--name', 'ci', '--days', '1')
    const [id, scopes, , , name] = (await token('list')).split('\t')

    expect({ id, scopes, name }).toEqual({ id: text.split('_')[1], scopes: 'write', name: 'ci' })
    expect(await status(text)).toBe(200)
    await token('revoke', id!)
    expect(await status(text)).toBe(401)
    await expect(token('create', '--scope', 'everything')).rejects.toMatchObject({ code: 2 })
    await expect(token('create', '--dayz', '1')).rejects.toThrow(
      /Unknown option '--dayz'\. What there is: npm run/,
    )
    expect(await token('--help')).toMatch(/^npm run token -- create --scope SCOPE/)
    await expect(token('revoke', id!)).rejects.toThrow(/There is no token/)
  })
})

describe('npm start', () => {
  it('does not serve strangers without tokens', async () => {
    vi.stubEnv('HONE_AUTH', 'off')
    vi.stubEnv('HONE_HOST', '0.0.0.0')

    const { code, stderr } = await launch('start', temporaryFolder()).ended

    expect(code).toBe(1)
    expect(stderr).toContain('HONE_AUTH=off would let everybody who reaches 0.0.0.0 in')
  })
})
