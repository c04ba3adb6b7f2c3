import { beforeEach, describe, expect, it } from 'vitest'
import type { TrialOutcome } from '../../../src/domain/trial.ts'
import type { StartedTrial } from '../../../src/services/ports/study-records.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { withRedis } from '../../support/redis.ts'
import { aProposal, aStore, aStudy, createStudy, runningTrial } from './study-fixture.ts'

const redis = withRedis()
let store: StudyStore
beforeEach(() => {
  store = aStore(redis())
})
const completed = (loss: number): TrialOutcome => ({ state: 'completed', metrics: { loss } })
const AWKWARD_FLOATS = [0.1 + 0.2, 1e-300, 5e-324, 1.7976931348623157e308, 123456789012345.67, -1e-7]

describe('startTrial', () => {
  it('gives out the attempt and all that a worker needs', async () => {
    const id = await createStudy(store)
    await store.commitProposals(id, 0, [aProposal(0.5)])

    const started = (await store.startTrial(id, 0, 'worker-1')) as StartedTrial

    expect(started.definition).toEqual(aStudy())
    expect(started.trial).toMatchObject({
      number: 0,
      state: 'running',
      attempt: 1,
      crashes: 0,
      worker: 'worker-1',
    })
  })

  it('counts a start of a running trial as a crash, with a new curve', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    await store.reportValues(id, number, attempt, [{ step: 5, metrics: { loss: 1 } }])

    await store.startTrial(id, number, 'worker-2')
    await store.reportValues(id, number, 2, [{ step: 1, metrics: { loss: 2 } }])

    const trial = await store.getTrial(id, number)
    expect(trial).toMatchObject({ attempt: 2, crashes: 1, worker: 'worker-2', curve: [{ step: 1 }] })
  })

  it('fails a trial that has ended too many workers, and the study goes on', async () => {
    const id = await createStudy(store)
    const { number } = await runningTrial(store, id)

    await store.startTrial(id, number, 'w')
    await store.startTrial(id, number, 'w')
    expect(await store.startTrial(id, number, 'w')).toBe('gone')

    const reason = 'It ended 3 workers without a word.'
    expect(await store.getTrial(id, number)).toMatchObject({
      state: 'failed',
      crashes: 3,
      attempt: 3,
      reason,
    })
    expect((await store.places(id)).room).toBe(2)
  })

  it('holds the trials of a paused study', async () => {
    const id = await createStudy(store)
    await store.commitProposals(id, 0, [aProposal(0.5)])
    await store.pauseStudy(id)

    expect(await store.startTrial(id, 0, 'w')).toBe('held')
  })

  it('ends a stopping study whose last worker died', async () => {
    const id = await createStudy(store)
    const { number } = await runningTrial(store, id)
    await store.stopStudy(id, { code: 'stopped', message: 'Enough.' })

    expect(await store.startTrial(id, number, 'w')).toBe('gone')

    expect(await store.getTrial(id, number)).toMatchObject({
      state: 'canceled',
      reason: 'Enough.',
      crashes: 1,
    })
    expect((await store.getStudy(id)).study.state).toBe('completed')
  })
})

describe('reportValues', () => {
  it('stores new steps only, to the last bit, and says nothing of the others', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    const reports = AWKWARD_FLOATS.map((loss, i) => ({ step: i + 1, metrics: { loss } }))

    await store.reportValues(id, number, attempt, reports.slice(0, 2))
    await store.reportValues(id, number, attempt, reports)
    await store.reportValues(id, number, attempt, reports)

    expect((await store.getTrial(id, number)).curve).toEqual(reports)
    const events = (await store.readJournal(id)).filter(({ type }) => type === 'values-reported')
    expect(events).toMatchObject([{ reports: reports.slice(0, 2) }, { reports: reports.slice(2) }])
  })

  it('invariant 5: refuses an attempt that was superseded, released or never started', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    const report = (n: number, a: number) => store.reportValues(id, n, a, [{ step: 1, metrics: { loss: 1 } }])
    await store.startTrial(id, number, 'successor')

    await expect(report(number, attempt)).rejects.toMatchObject({ code: 'attempt-superseded' })
    await expect(report(number, attempt + 2)).rejects.toMatchObject({ code: 'attempt-superseded' })
    await store.releaseTrial(id, number, 2)
    await expect(report(number, 2)).rejects.toMatchObject({ code: 'attempt-superseded' })
    await expect(report(8, 1)).rejects.toMatchObject({ code: 'trial-not-found' })

    expect((await store.getTrial(id, number)).curve).toEqual([])
  })

  it('stores the reports of a paused study, and tells who made them of the pause', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    await store.pauseStudy(id)

    const report = { step: 1, metrics: { loss: 1 } }
    expect(await store.reportValues(id, number, attempt, [report])).toEqual({ pause: true })
    expect((await store.getTrial(id, number)).curve).toEqual([report])
  })

  it('throws for a value that JSON cannot hold, and stores nothing', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)

    const report = store.reportValues(id, number, attempt, [{ step: 1, metrics: { loss: Number.NaN } }])

    await expect(report).rejects.toThrow('loss is NaN')
    expect((await store.getTrial(id, number)).curve).toEqual([])
  })
})

describe('finishTrial', () => {
  it('gives a doubled finish the first result and appends nothing', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)

    await store.finishTrial(id, number, attempt, completed(1))
    const before = await store.readJournal(id)
    await store.finishTrial(id, number, attempt, completed(2))

    expect((await store.getTrial(id, number)).metrics).toEqual({ loss: 1 })
    expect(await store.readJournal(id)).toEqual(before)
  })

  it('invariant 5: refuses an attempt that was superseded or has given the trial back', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    await store.startTrial(id, number, 'successor')
    const finish = (by: number) => store.finishTrial(id, number, by, completed(0))

    await expect(finish(attempt)).rejects.toMatchObject({ code: 'attempt-superseded' })
    await store.releaseTrial(id, number, 2)
    await expect(finish(2)).rejects.toMatchObject({ code: 'attempt-superseded' })

    expect((await store.getTrial(id, number)).state).toBe('queued')
  })

  it('invariant 7: a finished trial takes no report, start or other end', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    await store.finishTrial(id, number, attempt, completed(1))
    const before = await store.getTrial(id, number)

    const report = store.reportValues(id, number, attempt, [{ step: 9, metrics: { loss: 0 } }])
    await expect(report).rejects.toMatchObject({ code: 'trial-finished' })
    const other = store.finishTrial(id, number, attempt + 1, completed(0))
    await expect(other).rejects.toMatchObject({ code: 'trial-finished' })
    expect(await store.startTrial(id, number, 'w')).toBe('gone')
    await store.releaseTrial(id, number, attempt)

    expect(await store.getTrial(id, number)).toEqual(before)
  })

  it.each([
    ['minimize', 1],
    ['maximize', 0],
  ] as const)('keeps the best to %s; the first one wins a tie', async (goal, best) => {
    const id = await createStudy(store, aStudy({ trials: 4, parallel: 4 }, { name: 'loss', goal }))
    for (const loss of [0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2]) {
      const { number, attempt } = await runningTrial(store, id)
      await store.finishTrial(id, number, attempt, completed(loss))
    }

    expect((await store.getStudy(id)).study.bestTrial).toBe(best)
  })

  it('ends the study with the last trial of the budget', async () => {
    const id = await createStudy(store, aStudy({ trials: 2, parallel: 1 }))
    for (const end of [completed(1), { state: 'failed', reason: 'It diverged.' }] as const) {
      expect((await store.getStudy(id)).study.state).toBe('running')
      const { number, attempt } = await runningTrial(store, id)
      await store.finishTrial(id, number, attempt, end)
    }

    const { study, counts } = await store.getStudy(id)
    expect(study).toMatchObject({ state: 'completed', endReason: { code: 'budget-used' }, bestTrial: 0 })
    expect(counts).toMatchObject({ completed: 1, failed: 1 })
  })
})

describe('listTrials', () => {
  it('pages by number and filters by state', async () => {
    const id = await createStudy(store, aStudy({ trials: 9, parallel: 5 }))
    for (let i = 0; i < 5; i++) await runningTrial(store, id)
    for (const number of [1, 3, 4]) await store.finishTrial(id, number, 1, completed(number))
    const page = async (query: object) => {
      const { items, nextCursor } = await store.listTrials(id, { limit: 2, ...query })
      return [items.map(({ number }) => number), nextCursor]
    }

    expect(await page({})).toEqual([[0, 1], '1'])
    expect(await page({ after: 1 })).toEqual([[2, 3], '3'])
    expect(await page({ after: 3 })).toEqual([[4], undefined])
    expect(await page({ state: 'completed' })).toEqual([[1, 3], '3'])
    expect(await page({ state: 'completed', after: 3 })).toEqual([[4], undefined])
    expect(await page({ after: 99 })).toEqual([[], undefined])
  })

  it('has no trial of that number', async () => {
    const id = await createStudy(store)

    await expect(store.getTrial(id, 3)).rejects.toMatchObject({ code: 'trial-not-found' })
  })
})
