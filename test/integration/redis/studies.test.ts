import { beforeEach, describe, expect, it } from 'vitest'
import { applyEvent } from '../../../src/domain/apply-event.ts'
import type { EndReason } from '../../../src/domain/study.ts'
import type { StudySnapshot } from '../../../src/domain/study-snapshot.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { withRedis } from '../../support/redis.ts'
import { aProposal, aStore, aStudy, aStudyId, createStudy, runningTrial } from './study-fixture.ts'

const redis = withRedis()
let store: StudyStore
beforeEach(async () => {
  await redis().flush()
  store = aStore(redis())
})
const STOPPED: EndReason = { code: 'stopped', message: 'You asked for it.' }

describe('stopStudy, by a look at the study', () => {
  it('invariant 4: does nothing where there are further trials or another search space since', async () => {
    const id = await createStudy(store)
    const empty = await store.loadSnapshot(id)
    await store.enqueueTrials(id, [{ params: { x: 0 } }])
    const small = await store.loadSnapshot(id)
    await store.editStudy(id, async ({ searchSpace }) => ({
      changes: { searchSpace: { ...searchSpace, constraints: ['x < 1'] } },
    }))

    expect(await store.stopStudy(id, STOPPED, empty)).toBe(false)
    expect(await store.stopStudy(id, STOPPED, small)).toBe(false)
    expect((await store.getStudy(id)).study.state).toBe('running')
  })

  it('stops where only the trials went on, and tells the same when it is repeated', async () => {
    const id = await createStudy(store)
    await store.enqueueTrials(id, [{ params: { x: 0 } }])
    const seen = await store.loadSnapshot(id)
    await store.dispatchWaiting(id)

    expect(await store.stopStudy(id, STOPPED, seen)).toBe(true)
    expect(await store.stopStudy(id, STOPPED, seen)).toBe(true)
    expect((await store.getStudy(id)).study.state).toBe('completed')
  })
})

describe('createStudy', () => {
  it('gives back the definition to the last bit', async () => {
    const definition = aStudy({ trials: 10, seconds: 0.1 + 0.2 })

    const id = await createStudy(store, definition)

    const { study, counts, revision } = await store.getStudy(id)
    expect(study).toEqual({ id, definition, state: 'running', createdAt: '2026-01-01T00:00:00.000Z' })
    expect(counts).toEqual({
      queued: 0,
      running: 0,
      paused: 0,
      completed: 0,
      pruned: 0,
      failed: 0,
      infeasible: 0,
      canceled: 0,
    })
    expect(revision).toBe(1)
    expect([...(await store.listOpenStudies()).keys()]).toEqual([id])
  })

  it('changes nothing when doubled', async () => {
    const id = await createStudy(store)

    await store.createStudy(id, aStudy({ trials: 99 }))

    expect((await store.getStudy(id)).study.definition).toEqual(aStudy())
    expect(await store.readJournal(id)).toHaveLength(1)
  })
})

describe('an unknown study', () => {
  it('is refused by every method, with its id', async () => {
    const id = aStudyId()
    const notFound = { code: 'study-not-found', message: `There is no study ${id}.` }

    await expect(store.getStudy(id)).rejects.toMatchObject(notFound)
    await expect(store.loadSnapshot(id)).rejects.toMatchObject(notFound)
    await expect(store.readJournal(id)).rejects.toMatchObject(notFound)
    await expect(store.places(id)).rejects.toMatchObject(notFound)
    await expect(store.inFlight(id)).rejects.toMatchObject(notFound)
    await expect(store.listTrials(id, { limit: 1 })).rejects.toMatchObject(notFound)
    await expect(store.getTrial(id, 0)).rejects.toMatchObject(notFound)
    await expect(store.pauseStudy(id)).rejects.toMatchObject(notFound)
    await expect(store.resumeStudy(id)).rejects.toMatchObject(notFound)
    await expect(store.stopStudy(id, STOPPED)).rejects.toMatchObject(notFound)
    await expect(store.deleteStudy(id)).rejects.toMatchObject(notFound)
    await expect(store.enqueueTrials(id, [{ params: {} }])).rejects.toMatchObject(notFound)
    await expect(store.dispatchWaiting(id)).rejects.toMatchObject(notFound)
    await expect(store.reportValues(id, 0, 1, [])).rejects.toMatchObject(notFound)
    await expect(store.finishTrial(id, 0, 1, { state: 'failed' })).rejects.toMatchObject(notFound)
    await expect(store.recordTest(id, 0, {})).rejects.toMatchObject(notFound)
  })

  it('has nothing to start, release or close', async () => {
    expect(await store.startTrial(aStudyId(), 0, 'w')).toBe('gone')
    await store.releaseTrial(aStudyId(), 0, 1)
    await store.closeStudy(aStudyId())
    expect(await redis().redis.dbsize()).toBe(0)
  })
})

describe('deleteStudy', () => {
  it('leaves no key behind, curves included', async () => {
    const id = await createStudy(store)
    const { number, attempt } = await runningTrial(store, id)
    await store.reportValues(id, number, attempt, [{ step: 1, metrics: { loss: 1 } }])
    await store.enqueueTrials(id, [{ params: { x: 0 } }])

    await store.deleteStudy(id)

    expect(await redis().redis.keys('*')).toEqual([])
    expect(await store.startTrial(id, number, 'w')).toBe('gone')
  })
})

describe('deleteStudy, when its process dies half way', () => {
  it.each(['zrem', 'srem'])(
    'leaves what the sweep takes away, of a closed study too: %s',
    async (command) => {
      const dying = new Proxy(redis().redis, {
        get: (target, name) =>
          name === command ? () => Promise.reject(new Error('killed')) : Reflect.get(target, name, target),
      })
      const id = await createStudy(store)
      await store.closeStudy(id)

      await expect(aStore({ redis: dying }).deleteStudy(id)).rejects.toThrow()
      expect(await redis().redis.keys('*')).toContain('test:closed')
      await store.forgetUncreated(new Date(Date.UTC(2027, 0, 1)))

      expect(await redis().redis.keys('*')).toEqual([])
    },
  )
})

describe('listStudies', () => {
  it('goes through all studies, newest first, page by page, whatever is deleted meanwhile', async () => {
    const ids = []
    for (let i = 0; i < 5; i++) ids.push(await createStudy(store))
    ids.reverse()

    const first = await store.listStudies({ limit: 2 })
    await store.deleteStudy(ids[1]!)
    await store.deleteStudy(ids[2]!)
    const second = await store.listStudies({ limit: 2, cursor: first.nextCursor! })

    expect(first.items.map(({ study }) => study.id)).toEqual(ids.slice(0, 2))
    expect(second.items.map(({ study }) => study.id)).toEqual(ids.slice(3))
    expect(second.nextCursor).toBeUndefined()
  })

  it('filters by state, tag and part of the name', async () => {
    const tagged = await createStudy(store, { ...aStudy(), name: 'Deep Net', tags: ['a', 'b'] })
    const paused = await createStudy(store)
    await store.pauseStudy(paused)
    const idsOf = async (query: object) =>
      (await store.listStudies({ limit: 10, ...query })).items.map(({ study }) => study.id)

    expect(await idsOf({ tag: 'b' })).toEqual([tagged])
    expect(await idsOf({ q: 'deep' })).toEqual([tagged])
    expect(await idsOf({ state: 'paused' })).toEqual([paused])
    expect(await idsOf({ state: 'paused', tag: 'b' })).toEqual([])
  })

  it('cuts a filtered page at its limit and goes on after it', async () => {
    for (let i = 0; i < 3; i++) await createStudy(store)

    const first = await store.listStudies({ limit: 2, state: 'running' })
    const second = await store.listStudies({ limit: 2, state: 'running', cursor: first.nextCursor! })

    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, undefined])
  })

  it('skips what a crash in the middle of a creation left', async () => {
    const id = aStudyId()
    await redis().redis.zadd('test:studies', 0, `001767225600000:${id}`)
    await redis().redis.zadd('test:open', 1767225600000, id)

    expect(await store.listStudies({ limit: 5 })).toEqual({ items: [] })
    expect([...(await store.listOpenStudies()).keys()]).toEqual([])
  })

  it('forgets it once it is old, and nothing else', async () => {
    const id = await createStudy(store)
    const { createdAt } = (await store.getStudy(id)).study
    const uncreated = aStudyId()
    await redis().redis.zadd('test:studies', 0, `001767225600000:${uncreated}`)
    await redis().redis.zadd('test:open', 1767225600000, uncreated)

    await store.forgetUncreated(new Date(1767225600000))
    const early = await redis().redis.zrange('test:open', 0, '-1')
    await store.forgetUncreated(new Date(Date.parse(createdAt) + 1))

    expect(early.toSorted()).toEqual([id, uncreated].toSorted())
    expect(await redis().redis.zrange('test:open', 0, '-1')).toEqual([id])
    expect(await redis().redis.zcard('test:studies')).toBe(1)
    expect([...(await store.listOpenStudies()).keys()]).toEqual([id])
  })

  it('leaves one entry of a creation that was broken off and tried again', async () => {
    const id = aStudyId()
    await redis().redis.zadd('test:open', 1767225600000, id)
    await redis().redis.zadd('test:studies', 0, `001767225600000:${id}`)

    await store.createStudy(id, aStudy())

    expect(await redis().redis.zcard('test:studies')).toBe(1)
    expect((await store.listStudies({ limit: 5 })).items.map(({ study }) => study.createdAt)).toEqual([
      '2026-01-01T00:00:00.000Z',
    ])
  })
})

describe('the verbs', () => {
  it('pause and resume, and change nothing the second time', async () => {
    const id = await createStudy(store)

    await store.pauseStudy(id)
    await store.pauseStudy(id)
    expect((await store.places(id)).room).toBe(0)
    await store.resumeStudy(id)
    await store.resumeStudy(id)

    const types = (await store.readJournal(id)).map(({ type }) => type)
    expect(types).toEqual(['study-created', 'study-paused', 'study-resumed'])
  })

  it('stop cancels what does not run and ends the study when the last one has ended', async () => {
    const id = await createStudy(store, aStudy({ trials: 9, parallel: 2 }))
    const { number, attempt } = await runningTrial(store, id)
    await store.commitProposals(id, 1, [
      {
        params: { x: 1 },
        origin: { sampler: 's', version: 1, phase: 'model', revision: 3 },
      },
    ])
    await store.enqueueTrials(id, [{ params: { x: 2 } }])

    await store.stopStudy(id, STOPPED)
    await store.stopStudy(id, { code: 'time-limit', message: 'Too late to be the reason.' })
    const stopping = await store.loadSnapshot(id)
    const report = await store.reportValues(id, number, attempt, [])
    await store.finishTrial(id, number, attempt, { state: 'canceled', reason: 'The study was stopped.' })

    expect(stopping.study).toMatchObject({ state: 'stopping', endReason: STOPPED })
    expect(stopping.trials.map(({ state }) => state)).toEqual(['running', 'canceled', 'canceled'])
    expect(stopping.trials[2]!.reason).toBe(STOPPED.message)
    expect(report).toEqual({ stop: 'study' })
    expect((await store.getStudy(id)).study).toMatchObject({ state: 'completed', endReason: STOPPED })
  })

  it('stop ends a paused study at once when nothing runs', async () => {
    const id = await createStudy(store)
    await store.enqueueTrials(id, [{ params: { x: 2 } }])
    await store.pauseStudy(id)

    await store.stopStudy(id, STOPPED)

    expect((await store.getStudy(id)).study.state).toBe('completed')
    expect((await store.getStudy(id)).counts.canceled).toBe(1)
  })

  it('a failed proposal makes the study failed', async () => {
    const id = await createStudy(store)

    await store.stopStudy(id, { code: 'proposal-failed', message: 'It "failed".' })

    expect((await store.getStudy(id)).study.state).toBe('failed')
  })

  it('invariant 1: what is refused names the state and the legal moves, and writes nothing', async () => {
    const id = await createStudy(store)
    await store.stopStudy(id, { code: 'proposal-failed', message: 'x' })
    const before = await store.readJournal(id)

    const refusal = 'The study is failed and cannot pause. No move is possible any more.'
    await expect(store.pauseStudy(id)).rejects.toMatchObject({ code: 'illegal-move', message: refusal })
    await expect(store.resumeStudy(id)).rejects.toMatchObject({ code: 'illegal-move' })
    await expect(store.stopStudy(id, STOPPED)).rejects.toMatchObject({ code: 'illegal-move' })
    await expect(store.enqueueTrials(id, [{ params: {} }])).rejects.toMatchObject({ code: 'illegal-move' })

    expect(await store.readJournal(id)).toEqual(before)
  })
})

describe('recordTest', () => {
  it('keeps the first result', async () => {
    const id = await createStudy(store)

    await store.recordTest(id, 0, { accuracy: 0.1 + 0.2 })
    await store.recordTest(id, 1, { accuracy: 1 })

    expect((await store.getStudy(id)).study.test).toEqual({ trial: 0, metrics: { accuracy: 0.1 + 0.2 } })
  })

  it('leaves the study open until it is closed', async () => {
    const id = await createStudy(store)

    await store.closeStudy(id)

    expect([...(await store.listOpenStudies()).keys()]).toEqual([])
    expect((await store.listStudies({ limit: 1 })).items).toHaveLength(1)
  })
})

describe('readJournal', () => {
  it('reads a long one whole, or up to a revision', async () => {
    const id = await createStudy(store)
    for (let i = 0; i < 600; i++) {
      await store.pauseStudy(id)
      await store.resumeStudy(id)
    }

    expect(await store.readJournal(id)).toHaveLength(1201)
    expect((await store.readJournal(id, 3)).map(({ type }) => type)).toEqual([
      'study-created',
      'study-paused',
      'study-resumed',
    ])
  })
})

describe('a snapshot', () => {
  it('is read whole of a study where a hundred thousand trials wait', async () => {
    const id = await createStudy(store, aStudy({ trials: 200_000 }))
    await store.enqueueTrials(id, [{ params: { x: 0 } }])
    const key = (name: string) => `test:{${id}}:${name}`
    const proposal = (await redis().redis.hget(key('proposals'), '0'))!
    for (let first = 1; first < 140_000; first += 1000) {
      const numbers = Array.from({ length: 1000 }, (_, i) => first + i)
      await redis().redis.hset(key('proposals'), ...numbers.flatMap((number) => [number, proposal]))
      await redis().redis.rpush(key('waiting'), ...numbers)
    }

    expect((await store.loadSnapshot(id)).waiting).toHaveLength(140_001)
  })

  it('of more trials than are read at once is that of its journal', async () => {
    const trials = 2500
    const id = await createStudy(store, aStudy({ trials, parallel: trials }))
    const proposals = Array.from({ length: 500 }, (_, i) => aProposal(i))
    for (let first = 0; first < trials; first += 500) await store.commitProposals(id, first, proposals)
    const some = Array.from({ length: 50 }, (_, i) => 50 * i + (i % 7))
    await Promise.all(some.map((number) => store.startTrial(id, number, 'w')))
    const end = (loss: number) => ({ state: 'completed', metrics: { loss } }) as const
    await Promise.all(some.slice(10).map((number) => store.finishTrial(id, number, 1, end(number))))

    const { trials: read, ...snapshot } = await store.loadSnapshot(id)

    const events = await store.readJournal(id)
    const { trials: folded, ...journal } = events.reduce<StudySnapshot | undefined>(applyEvent, undefined)!
    expect(snapshot).toEqual(journal)
    expect(read).toEqual(folded.map(({ curve: _, ...trial }) => trial))
  })
})
