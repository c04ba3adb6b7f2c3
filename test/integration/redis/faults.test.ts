import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { startTestRedis, type TestRedis } from '../../support/redis.ts'
import { aProposal, aStore, aStudy, createStudy, runningTrial } from './study-fixture.ts'

let redis: TestRedis
let store: StudyStore
beforeEach(async () => {
  redis = await startTestRedis()
  store = aStore(redis)
})
afterEach(() => redis.close())
const UNAVAILABLE = { code: 'storage-unavailable' }

describe('the store, when Redis is killed', () => {
  it('says storage-unavailable, and works again by itself once Redis is back', async () => {
    const id = await createStudy(store)

    await redis.kill()
    await expect(store.getStudy(id)).rejects.toMatchObject(UNAVAILABLE)
    await expect(store.commitProposals(id, 0, [aProposal(0)])).rejects.toMatchObject(UNAVAILABLE)
    await expect(store.ping()).rejects.toMatchObject(UNAVAILABLE)
    await redis.restart()

    await store.ping()
    expect((await store.getStudy(id)).revision).toBe(1)
  })

  it('has kept every write that was acknowledged', async () => {
    const id = await createStudy(store, aStudy({ trials: 100_000, parallel: 1 }))
    const { number, attempt } = await runningTrial(store, id)
    let acknowledged = 0
    const report = async (): Promise<void> => {
      const step = acknowledged + 1
      await store.reportValues(id, number, attempt, [{ step, metrics: { loss: step } }])
      acknowledged = step
      if (step === 500) process.nextTick(() => void redis.kill())
      return report()
    }

    await expect(report()).rejects.toMatchObject(UNAVAILABLE)
    await redis.restart()

    const { curve } = await store.getTrial(id, number)
    expect(acknowledged).toBeGreaterThanOrEqual(500)
    // The one write that was under way may have been done without its answer.
    expect([acknowledged, acknowledged + 1]).toContain(curve!.length)
    expect(curve!.map(({ step }) => step)).toEqual(curve!.map((_, i) => i + 1))
  })
})

describe('the store, when Redis is full', () => {
  it('says storage-unavailable and writes nothing by halves', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    const before = await store.readJournal(id)
    const finish = () => store.finishTrial(id, number, attempt, { state: 'completed', metrics: { loss: 1 } })

    await redis.redis.config('SET', 'maxmemory', '1')
    await expect(finish()).rejects.toMatchObject(UNAVAILABLE)
    await expect(store.commitProposals(id, 1, [aProposal(0)])).rejects.toMatchObject(UNAVAILABLE)
    expect(await store.readJournal(id)).toEqual(before)
    await redis.redis.config('SET', 'maxmemory', '0')

    await finish()
    expect((await store.getStudy(id)).counts.completed).toBe(1)
  })
})

describe('the store, when Redis has forgotten the scripts', () => {
  it('sends them again', async () => {
    const id = await createStudy(store)
    await store.pauseStudy(id)

    await redis.redis.script('FLUSH')
    await store.resumeStudy(id)

    expect((await store.getStudy(id)).study.state).toBe('running')
  })
})
