import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { buildApp } from '../../../src/http/app.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'

/** An app without a storage, and the lines it logs. */
async function loggingApp(level: string) {
  const lines: Record<string, unknown>[] = []
  const logger = pino(
    { level, base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line)) },
  )
  const app = await buildApp({} as ServiceDeps, { logger })
  return { app, lines }
}

describe('the log', () => {
  it('has one line a request, with its id, status and duration', async () => {
    const { app, lines } = await loggingApp('info')

    const response = await app.inject('/nowhere?x=1')

    expect(lines).toEqual([
      {
        level: 30,
        requestId: response.headers['x-request-id'],
        traceId: expect.stringMatching(/^[\da-f]{32}$/),
        method: 'GET',
        url: '/nowhere?x=1',
        statusCode: 404,
        durationMs: expect.any(Number),
        msg: 'request answered',
      },
    ])
  })

  it('passes over probes unless everything is asked for', async () => {
    const quiet = await loggingApp('info')
    const verbose = await loggingApp('debug')

    await quiet.app.inject('/health/live')
    await verbose.app.inject('/health/live')

    expect(quiet.lines).toEqual([])
    expect(verbose.lines).toHaveLength(1)
  })

  it('has the error that the answer keeps to itself', async () => {
    const { app, lines } = await loggingApp('info')

    // Without a storage the service breaks.
    const response = await app.inject('/v1/studies')

    expect(response.json()).toMatchObject({ type: '/problems/internal-error' })
    expect(response.body).not.toContain('TypeError')
    expect(lines[0]).toMatchObject({
      level: 50,
      requestId: response.json().requestId,
      code: 'internal-error',
      err: { type: 'TypeError' },
    })
  })
})
