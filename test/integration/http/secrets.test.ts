import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { loadConfig, maskedConfig } from '../../../src/config.ts'
import { buildApp } from '../../../src/http/app.ts'
import { createAuthenticator, createToken } from '../../../src/services/tokens.ts'
import { createLogger } from '../../../src/telemetry/logger.ts'
import { withApp } from '../../support/app.ts'
import { startReceiver } from '../../support/receiver.ts'

const app = withApp()
const GIVEN = 'given-by-the-deployment-as-a-secret'

it('writes no secret into the log, whatever it is sent, at the most talkative level', async () => {
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line) => lines.push(line) })
  const { deps, tokens } = app()
  const own = await buildApp(
    { ...deps, logger },
    { logger, access: { authenticate: createAuthenticator(tokens, GIVEN) } },
  )
  const url = await own.listen({ host: '127.0.0.1', port: 0 })
  const receiver = await startReceiver()
  const { text } = await createToken(tokens, { name: 'test', scopes: ['admin'] })
  const post = async (token: string, body: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return (await fetch(`${url}/v1/webhooks`, { method: 'POST', headers, body })).json() as Promise<{
      secret: string
    }>
  }

  const { secret } = await post(text, JSON.stringify({ url: `${receiver.url}/T0/its-own-secret` }))
  await post(GIVEN, '{')
  await post(`${text}x`, '{}')
  logger.info(
    { config: maskedConfig(loadConfig({ HONE_TOKEN: GIVEN, REDIS_URL: 'redis://:s3cret@host' })) },
    'started',
  )
  await own.close()

  const log = lines.join('')
  expect(lines.length).toBeGreaterThan(3)
  for (const one of [text.slice(-43), GIVEN, secret.slice('whsec_'.length), 'its-own-secret', 's3cret'])
    expect(log).not.toContain(one)
})

it('writes nothing into the log of what a command that Redis refused was given', async () => {
  const path = join(tmpdir(), `hone-log-${process.pid}`)
  const file = openSync(path, 'w')
  const logger = createLogger('api', 'trace', file)
  const { deps, redis } = app()
  const list = async () => {
    await redis.redis.eval('return redis.error_reply("ERR not as it should be")', 0, 'its-own-secret')
    return []
  }
  const own = await buildApp({ ...deps, webhooks: { ...deps.webhooks, list } }, { logger })

  const answer = await own.inject({ url: '/v1/webhooks' })
  await own.close()

  const log = readFileSync(path, 'utf8')
  closeSync(file)
  rmSync(path)
  expect(answer.statusCode).toBe(500)
  expect(log).toContain('not as it should be')
  expect(log).not.toContain('its-own-secret')
})
