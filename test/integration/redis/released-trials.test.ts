import { beforeEach, describe, expect, it } from 'vitest'
import type { StartedTrial } from '../../../src/services/ports/study-records.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { withRedis } from '../../support/redis.ts'
import { aStore, createStudy, runningTrial } from './study-fixture.ts'

const redis = withRedis()
let store: StudyStore
beforeEach(() => {
  store = aStore(redis())
})

describe('releaseTrial', () => {
  it('gives a trial back without calling it a crash; a second time it does nothing', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)

    await store.releaseTrial(id, number, attempt)
    await store.releaseTrial(id, number, attempt)
    const started = (await store.startTrial(id, number, 'w')) as StartedTrial
    await store.releaseTrial(id, number, attempt)

    expect(started.trial).toMatchObject({ attempt: 2, crashes: 0 })
    expect(await store.inFlight(id)).toEqual([{ number, state: 'running' }])
  })

  it('cancels a trial of a stopping study, which then ends', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    await store.stopStudy(id, { code: 'stopped', message: 'Enough.' })

    await store.releaseTrial(id, number, attempt)

    expect((await store.getTrial(id, number)).state).toBe('canceled')
    expect((await store.getStudy(id)).study.state).toBe('completed')
  })
})

describe('a trial that is handed over', () => {
  const checkpoint = Uint8Array.from({ length: 256 }, (_, i) => i)
  const report = (step: number) => ({ step, metrics: { loss: step } })
  const checkpointsOf = (id: string) => redis().redis.hkeys(`test:{${id}}:checkpoints`)

  async function handedOver() {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    await store.reportValues(id, number, attempt, [report(1), report(2)])
    await store.releaseTrial(id, number, attempt, checkpoint)
    return { id, number }
  }

  it('goes on where it was left, with what it had reported', async () => {
    const { id, number } = await handedOver()

    const started = (await store.startTrial(id, number, 'worker-2')) as StartedTrial
    await store.reportValues(id, number, 2, [report(2), report(3)])

    expect([...started.checkpoint!]).toEqual([...checkpoint])
    const { curve, attempt, crashes } = await store.getTrial(id, number)
    expect({ curve, attempt, crashes }).toEqual({
      curve: [report(1), report(2), report(3)],
      attempt: 2,
      crashes: 0,
    })
    const starts = (await store.readJournal(id)).filter(({ type }) => type === 'trial-started')
    expect(starts.map((start) => 'resumedFrom' in start && start.resumedFrom)).toEqual([false, 2])
  })

  it('begins anew when the worker that took it is lost', async () => {
    const { id, number } = await handedOver()
    await store.startTrial(id, number, 'worker-2')

    const started = (await store.startTrial(id, number, 'worker-3')) as StartedTrial

    expect(started).not.toHaveProperty('checkpoint')
    expect((await store.getTrial(id, number)).curve).toEqual([])
    expect(await checkpointsOf(id)).toEqual([])
  })

  it('leaves no checkpoint behind, however it ends', async () => {
    const finished = await handedOver()
    await store.startTrial(finished.id, finished.number, 'worker-2')
    await store.finishTrial(finished.id, finished.number, 2, { state: 'completed', metrics: { loss: 1 } })
    const stopped = await handedOver()
    await store.stopTrial(stopped.id, stopped.number)
    const released = await handedOver()
    await store.startTrial(released.id, released.number, 'worker-2')
    await store.releaseTrial(released.id, released.number, 2)
    const deleted = await handedOver()
    expect(await checkpointsOf(deleted.id)).toHaveLength(1)
    await store.deleteStudy(deleted.id)

    for (const { id } of [finished, stopped, released, deleted]) expect(await checkpointsOf(id)).toEqual([])
  })
})
