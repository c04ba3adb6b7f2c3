import { openSync } from 'node:fs'
import { devNull } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { algebraNamed } from '../../src/algebra/best-algebra.ts'
import { loadConfig } from '../../src/config.ts'
import { startRedisServer } from '../../src/launcher/redis-server.ts'
import { startStack } from '../../src/launcher/stack.ts'
import { createClient } from '../../src/quickstart/client.ts'
import { connectRedis } from '../../src/redis/connect.ts'
import { verifyStudy } from '../../src/services/verify/verify-study.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { temporaryFolder } from '../support/launched.ts'
import { storeOf } from '../support/store-of.ts'
import { startProxy, type WireProxy } from './support/proxy.ts'

const LOCK_MS = 2000
/** One training that ends while Redis is away, and one that goes on until after it. */
const study = (epochs: number) => ({
  seed: 5,
  searchSpace: { parameters: [{ name: 'epochs', type: 'ordinal', values: [300, epochs] }] },
  trainer: {
    kind: 'mlp',
    dataset: 'digits',
    settings: { patience: 0, learningRate: 1e-4, hiddenLayers: 1, hiddenUnits: 32 },
  },
  limits: { trials: 2, parallel: 2 },
})
// Many times the lock, which is the silence after which a worker counts as dead.
const OUTAGES: readonly [string, number, number, (proxy: WireProxy) => void][] = [
  ['refuses connections for ten seconds', 10_000, 3000, (proxy) => proxy.refuse()],
  ['is cut off for half a minute', 30_000, 9000, (proxy) => proxy.block()],
]

async function startService() {
  const dataDir = temporaryFolder()
  const server = await startRedisServer({ dataDir })
  const proxy = await startProxy(server.url.slice('unix:'.length))
  const settings = { REDIS_URL: proxy.url, HONE_PORT: '0', HONE_LOG_LEVEL: 'silent' }
  const quick = { HONE_LOCK_MS: String(LOCK_MS), HONE_TRIAL_CONCURRENCY: '2' }
  const config = loadConfig({ HONE_DATA_DIR: dataDir, ...settings, ...quick })
  const logger = createLogger('launcher', 'silent')
  const stack = await startStack(config, { logger, output: openSync(devNull, 'w') })
  const redis = connectRedis(server.url)
  onTestFinished(async () => {
    await stack.stop()
    redis.disconnect()
    await proxy.close()
    await server.stop()
  })
  const store = storeOf(redis)
  return { stack, proxy, store, client: createClient(stack.url, new AbortController().signal) }
}

describe.each(OUTAGES)('a Redis that %s in mid-training', (_, outageMs, epochs, begin) => {
  it('costs no work: workers train on, hold their reports and deliver them, and nothing is restarted', async () => {
    const { stack, proxy, store, client } = await startService()
    const { id } = await client.createStudy(study(epochs))
    // Reports tell that the worker knows of its attempt: until then the answer to its start may still be lost.
    for (const number of [0, 1]) {
      const reports = async () =>
        (await store.getTrial(id, number).catch(() => undefined))?.curve?.length ?? 0
      await expect.poll(reports, { timeout: 60_000, interval: 5 }).toBeGreaterThan(0)
    }
    const pids = stack.pids()

    begin(proxy)
    const answer = await fetch(`${stack.url}/v1/studies/${id}`)
    await delay(outageMs)
    proxy.restore()
    await expect
      .poll(async () => (await client.getStudy(id)).state, { timeout: 120_000, interval: 100 })
      .toBe('completed')

    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('2')
    expect(stack.pids()).toEqual(pids)
    const trials = await Promise.all([0, 1].map((number) => store.getTrial(id, number)))
    for (const { state, attempt, curve, params } of trials) {
      expect({ state, attempt }).toEqual({ state: 'completed', attempt: 1 })
      expect(curve!.map(({ step }) => step)).toEqual(
        Array.from({ length: Number(params.epochs) }, (__, i) => i + 1),
      )
    }
    expect(await verifyStudy(store, id, algebraNamed)).not.toHaveProperty('difference')
  })
})
