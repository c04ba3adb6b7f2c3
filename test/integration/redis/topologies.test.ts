import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { algebraNamed } from '../../../src/algebra/best-algebra.ts'
import { compose } from '../../../src/compose.ts'
import { loadConfig } from '../../../src/config.ts'
import type { StudyId } from '../../../src/domain/ids.ts'
import { isStudyFinished } from '../../../src/domain/study.ts'
import { packagePath } from '../../../src/package-path.ts'
import { consume } from '../../../src/queue/consume.ts'
import { proposeTrials } from '../../../src/services/scheduling/propose-trials.ts'
import { createStudy } from '../../../src/services/studies/create-study.ts'
import { deleteStudy } from '../../../src/services/studies/delete-study.ts'
import { runTrial } from '../../../src/services/trials/run-trial.ts'
import { verifyStudy } from '../../../src/services/verify/verify-study.ts'
import { createLogger } from '../../../src/telemetry/logger.ts'
import {
  startRedisProcess,
  startTestCluster,
  startTlsRedis,
  TLS_CERTIFICATE,
} from '../../support/redis-processes.ts'

const logger = createLogger('test', 'silent')
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})
function closing<T extends { close(): unknown }>(one: T): T {
  open.push(one)
  return one
}

const STUDY = {
  trainer: { kind: 'function', name: 'branin' },
  sampler: { kind: 'random' },
  limits: { trials: 20, parallel: 4 },
} as const

/** A service with both of its workers on the Redis at `REDIS_URL`. */
function aService(redisUrl: string) {
  const { deps } = closing(compose(loadConfig({ REDIS_URL: redisUrl, HONE_ARCHIVE_EVENTS: '8' }), logger))
  const common = { redisUrl, prefix: 'hone', lockMs: 2000, logger }
  const consumers = [
    consume({
      ...common,
      queue: 'proposals',
      concurrency: 1,
      handle: ({ study }, signal) => proposeTrials(deps, study, signal),
    }),
    consume({
      ...common,
      queue: 'trials',
      concurrency: 4,
      handle: (job, signal) =>
        job.kind === 'trial' ? runTrial(deps, job.trial, 'worker', signal) : Promise.resolve(),
    }),
  ]
  for (const consumer of consumers) closing({ close: () => consumer.close(2000) })
  const untilReady = () => expect.poll(() => deps.store.ping().then(() => 'ready', String)).toBe('ready')
  const runStudy = async (): Promise<StudyId> => {
    const { study } = await createStudy(deps, STUDY)
    const isOver = async () => isStudyFinished((await deps.store.places(study.id)).state)
    await expect.poll(isOver, { timeout: 20_000 }).toBe(true)
    return study.id
  }
  return { deps, untilReady, runStudy }
}

describe('on a cluster of three nodes', () => {
  it('runs studies, tells who watches, and deletes them to the last key', async () => {
    const cluster = closing(await startTestCluster())
    const { deps, untilReady, runStudy } = aService(cluster.url)
    await untilReady()

    const ids = [await runStudy(), await runStudy(), await runStudy()]
    for (const id of ids) {
      await deps.store.archiveJournal(id)
      expect(await cluster.keys()).toContain(`hone:{${id}}:archive`)
      expect((await deps.store.getStudy(id)).counts.completed).toBe(20)
      expect(await verifyStudy(deps.store, id, algebraNamed)).not.toHaveProperty('difference')
    }
    expect((await deps.store.listStudies({ limit: 9 })).items).toHaveLength(3)
    let rings = 0
    await deps.feed.watch(ids[0]!, () => rings++)
    for (const id of ids) await deleteStudy(deps, id)

    await expect.poll(() => rings).toBeGreaterThan(0)
    expect((await cluster.keys()).filter((key) => ids.some((id) => key.includes(id)))).toEqual([])
  })
})

describe('behind sentinels', () => {
  it('goes on with the new primary when the old one is gone', async () => {
    const primary = closing(await startRedisProcess())
    const replica = closing(
      await startRedisProcess([`replicaof 127.0.0.1 ${primary.port}`, 'repl-diskless-sync-delay 0']),
    )
    await expect
      .poll(() => replica.redis.info('replication'), { timeout: 20_000 })
      .toContain('master_link_status:up')
    const watch = [
      `sentinel monitor primary 127.0.0.1 ${primary.port} 1`,
      'sentinel down-after-milliseconds primary 500',
      'sentinel failover-timeout primary 5000',
    ]
    const sentinel = closing(await startRedisProcess(watch, 'sentinel'))
    await expect
      .poll(() => sentinel.redis.call('SENTINEL', 'replicas', 'primary'), { timeout: 20_000 })
      .toHaveLength(1)
    const { deps, untilReady, runStudy } = aService(`redis+sentinel://127.0.0.1:${sentinel.port}/primary`)
    await untilReady()
    const before = await runStudy()
    await expect
      .poll(async () => replica.redis.exists(`hone:{${before}}:journal`), { timeout: 10_000 })
      .toBe(1)

    await primary.kill()
    await expect.poll(() => deps.store.ping().then(() => 'ready', String), { timeout: 30_000 }).toBe('ready')
    await expect
      .poll(() => createStudy(deps, STUDY).then(() => 'created', String), { timeout: 30_000, interval: 200 })
      .toBe('created')
    const after = await runStudy()

    expect((await deps.store.getStudy(before)).counts.completed).toBe(20)
    expect((await deps.store.getStudy(after)).counts.completed).toBe(20)
  })
})

describe('over TLS', () => {
  it('trusts the authority in NODE_EXTRA_CA_CERTS, and nobody else', async () => {
    const redis = closing(await startTlsRedis())
    const ping = (trusted: object) => {
      const script = `import { connectRedis } from './src/redis/connect.ts'
        const redis = connectRedis(process.env.REDIS_URL)
        redis.on('error', (error) => { console.log(error.code); process.exit() })
        console.log(await redis.ping()); process.exit()`
      const args = ['--import', 'tsx', '--input-type=module', '-e', script]
      const env = { ...process.env, ...trusted, REDIS_URL: redis.url }
      return spawnSync(process.execPath, args, { cwd: packagePath(), env, encoding: 'utf8' }).stdout.trim()
    }

    expect(ping({ NODE_EXTRA_CA_CERTS: TLS_CERTIFICATE })).toBe('PONG')
    expect(ping({})).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
  })
})
