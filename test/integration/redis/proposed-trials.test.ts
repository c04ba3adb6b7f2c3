import { beforeEach, describe, expect, it } from 'vitest'
import type { TrialOutcome } from '../../../src/domain/trial.ts'
import type { StartedTrial } from '../../../src/services/ports/study-records.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { withRedis } from '../../support/redis.ts'
import { aProposal, aStore, aStudy, createStudy } from './study-fixture.ts'

const redis = withRedis()
let store: StudyStore
beforeEach(() => {
  store = aStore(redis())
})
const completed = (loss: number): TrialOutcome => ({ state: 'completed', metrics: { loss } })
const NOTHING = { committed: 0, placesLeft: 0 }
const AWKWARD_FLOATS = [0.1 + 0.2, 1e-300, 5e-324, 1.7976931348623157e308, 123456789012345.67, -1e-7]

describe('commitProposals', () => {
  it('invariant 4: is a compare-and-set on the index', async () => {
    const id = await createStudy(store)

    expect(await store.commitProposals(id, 1, [aProposal(0.1)])).toEqual(NOTHING)
    const first = await store.commitProposals(id, 0, [aProposal(0.2)])
    expect(await store.commitProposals(id, 0, [aProposal(0.3)])).toEqual(NOTHING)

    expect(first).toEqual({ committed: 1, placesLeft: 1 })
    const { trials } = await store.loadSnapshot(id)
    expect(trials).toMatchObject([{ number: 0, state: 'queued', params: { x: 0.2 }, attempt: 0 }])
  })

  it('commits as many of several as there are places for', async () => {
    const id = await createStudy(store, aStudy({ trials: 9, parallel: 4 }))
    const some = [0.1, 0.2, 0.3].map((x) => aProposal(x))

    expect(await store.commitProposals(id, 0, some, { inFlightMax: 2, refillAt: 1 })).toEqual({
      committed: 2,
      placesLeft: 0,
    })
    expect(await store.commitProposals(id, 0, some)).toEqual(NOTHING)
    expect(await store.commitProposals(id, 2, some)).toEqual({ committed: 2, placesLeft: 0 })

    const { trials } = await store.loadSnapshot(id)
    expect(trials.map(({ params }) => params.x)).toEqual([0.1, 0.2, 0.1, 0.2])
  })

  it('has the start of a trial ask for more, once', async () => {
    const id = await createStudy(store, aStudy({ trials: 9, parallel: 9 }))
    const four = [0.1, 0.2, 0.3, 0.4].map((x) => aProposal(x))
    await store.commitProposals(id, 0, four, { inFlightMax: 4, refillAt: 1 })

    const hints = []
    for (const number of [0, 1, 2, 3]) {
      const started = (await store.startTrial(id, number, 'w')) as StartedTrial
      hints.push(started.hint)
    }

    expect(hints).toEqual([undefined, undefined, 8, undefined])
  })

  it('has no start ask for more where there is no place for it, but the end that makes one', async () => {
    const id = await createStudy(store, aStudy({ trials: 9, parallel: 1 }))
    await store.commitProposals(id, 0, [aProposal(0.1)], { inFlightMax: 2, refillAt: 0 })

    const started = (await store.startTrial(id, 0, 'w')) as StartedTrial
    const ended = await store.finishTrial(id, 0, 1, completed(1))

    expect(started.hint).toBeUndefined()
    expect(ended.hint).toBeGreaterThan(0)
  })

  it.each(AWKWARD_FLOATS)('keeps %d to the last bit', async (x) => {
    const id = await createStudy(store)

    await store.commitProposals(id, 0, [aProposal(x)])

    expect((await store.getTrial(id, 0)).params.x).toBe(x)
  })

  it('invariant 6: keeps parallel and the budget exact under 50 committers at once', async () => {
    const id = await createStudy(store, aStudy({ trials: 12, parallel: 7 }))
    const commitAll = async () => {
      for (let index = 0; index < 12; index++) await store.commitProposals(id, index, [aProposal(index)])
    }

    await Promise.all(Array.from({ length: 50 }, commitAll))
    const { nextIndex, room } = await store.places(id)
    for (const { number } of await store.inFlight(id)) {
      await store.startTrial(id, number, 'w')
      await store.finishTrial(id, number, 1, completed(number))
    }
    await Promise.all(Array.from({ length: 50 }, commitAll))

    expect({ nextIndex, room }).toEqual({ nextIndex: 7, room: 0 })
    expect((await store.places(id)).nextIndex).toBe(12)
    expect(await store.inFlight(id)).toHaveLength(5)
  })

  it('does nothing while the study is paused', async () => {
    const id = await createStudy(store)
    await store.pauseStudy(id)

    expect(await store.commitProposals(id, 0, [aProposal(0)])).toEqual(NOTHING)
  })
})

describe('enqueueTrial and dispatchWaiting', () => {
  it('let a point wait for a place, oldest first', async () => {
    const id = await createStudy(store, aStudy({ trials: 9, parallel: 2 }))
    for (const x of [0, 1, 2]) await store.enqueueTrials(id, [{ params: { x } }])

    expect(await store.dispatchWaiting(id)).toEqual([0, 1])
    expect(await store.dispatchWaiting(id)).toEqual([])
    expect(await store.startTrial(id, 2, 'w')).toBe('held')
    await store.startTrial(id, 1, 'w')
    await store.finishTrial(id, 1, 1, completed(0))

    expect(await store.dispatchWaiting(id)).toEqual([2])
    expect((await store.getTrial(id, 2)).origin).toEqual({
      sampler: 'enqueued',
      version: 1,
      phase: 'enqueued',
      revision: 3,
    })
  })

  it('have the start of one ask for more, once, however they were numbered', async () => {
    const id = await createStudy(store, aStudy({ trials: 12, parallel: 12 }))
    const point = (x: number) => [{ params: { x } }]
    for (let x = 0; x < 6; x++) {
      await store.enqueueTrials(id, point(x))
      // A number in between, of one that does not wait.
      await store.enqueueTrials(id, [{ ...point(x)[0]!, outcome: completed(x) }])
    }
    const stock = { inFlightMax: 4, refillAt: 2 }
    const dispatched = await store.dispatchWaiting(id, stock)

    const asked = []
    for (const number of dispatched) {
      const { hint } = (await store.startTrial(id, number, 'w')) as StartedTrial
      if (hint !== undefined) asked.push(number)
    }

    expect(dispatched).toEqual([0, 2, 4, 6])
    expect(asked).toEqual([2])
    expect(await store.dispatchWaiting(id, { ...stock, inFlightMax: 8 })).toEqual([8, 10])
    expect(await store.startTrial(id, 8, 'w')).toHaveProperty('hint')
  })

  it('count against the budget, and are allowed while paused', async () => {
    const id = await createStudy(store, aStudy({ trials: 1 }))
    await store.pauseStudy(id)

    await store.enqueueTrials(id, [{ params: { x: 1 } }])

    await expect(store.enqueueTrials(id, [{ params: { x: 2 } }])).rejects.toMatchObject({
      code: 'budget-used',
    })
    expect(await store.dispatchWaiting(id)).toEqual([])
    await store.resumeStudy(id)
    expect(await store.dispatchWaiting(id)).toEqual([0])
  })
})
