import { beforeEach, describe, expect, it } from 'vitest'
import { applyEvent } from '../../../src/domain/apply-event.ts'
import { checkEvent } from '../../../src/domain/check-event.ts'
import type { StudyId } from '../../../src/domain/ids.ts'
import type { EndReason } from '../../../src/domain/study.ts'
import type { StudySnapshot } from '../../../src/domain/study-snapshot.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { withRedis } from '../../support/redis.ts'
import { aStore, aStudy, createStudy, runningTrial } from './study-fixture.ts'

const redis = withRedis()
let store: StudyStore
beforeEach(async () => {
  await redis().flush()
  store = aStore(redis())
})
const STOPPED: EndReason = { code: 'stopped', message: 'You asked for it.' }
const WAITING = 5000

async function manyWaiting(): Promise<StudyId> {
  const id = await createStudy(store, aStudy({ trials: WAITING + 1 }))
  const points = Array.from({ length: 1000 }, (_, i) => ({ params: { x: i / 1000 } }))
  for (let i = 0; i < WAITING; i += points.length) await store.enqueueTrials(id, points)
  return id
}

/** How many events each script has made: the clock moves from one to the next. */
async function eventsAScript(id: StudyId): Promise<number[]> {
  const counts = new Map<string, number>()
  for (const { at } of await store.readJournal(id)) counts.set(at, (counts.get(at) ?? 0) + 1)
  return [...counts.values()]
}

/** Its process is gone after so many scripts. */
function aStoreThatDies(after: number): StudyStore {
  let scripts = 0
  const dying = new Proxy(redis().redis, {
    get: (target, name) => {
      if (name === 'evalsha' && scripts++ === after) return () => Promise.reject(new Error('killed'))
      return Reflect.get(target, name, target)
    },
  })
  return aStore({ redis: dying })
}

describe('stopStudy, with many trials waiting', () => {
  it('lets others have their turn: no script cancels more than 500', async () => {
    const id = await manyWaiting()
    const before = (await eventsAScript(id)).length

    await store.stopStudy(id, STOPPED)

    const { study, counts } = await store.getStudy(id)
    expect(study).toMatchObject({ state: 'completed', endReason: STOPPED })
    expect(counts).toMatchObject({ queued: 0, canceled: WAITING })
    expect(Math.max(...(await eventsAScript(id)).slice(before))).toBeLessThanOrEqual(501)
  })

  it('invariants 2 and 7: journal and records agree while some are left, and the study ends with the last', async () => {
    const id = await manyWaiting()
    const { number, attempt } = await runningTrial(store, id)

    await expect(aStoreThatDies(3).stopStudy(id, STOPPED)).rejects.toThrow()
    await store.finishTrial(id, number, attempt, { state: 'completed', metrics: { loss: 1 } })
    const between = await store.loadSnapshot(id)
    await store.cancelIdle(id)

    expect(between.study.state).toBe('stopping')
    expect(between.waiting).toHaveLength(WAITING - 1000)
    let folded: StudySnapshot | undefined
    for (const event of await store.readJournal(id)) {
      expect(checkEvent(folded, event)).toBeUndefined()
      folded = applyEvent(folded, event)
      if (folded.revision === between.revision) expect(withoutCurves(folded)).toEqual(between)
    }
    expect(folded!.study.state).toBe('completed')
    expect(withoutCurves(folded!)).toEqual(await store.loadSnapshot(id))
  })
})

function withoutCurves(snapshot: StudySnapshot): StudySnapshot {
  return { ...snapshot, trials: snapshot.trials.map(({ curve: _, ...trial }) => trial) }
}
