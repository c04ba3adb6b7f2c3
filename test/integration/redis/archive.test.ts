import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyEvent } from '../../../src/domain/apply-event.ts'
import type { StudyEvent } from '../../../src/domain/events.ts'
import type { StudyId } from '../../../src/domain/ids.ts'
import type { StudySnapshot } from '../../../src/domain/study-snapshot.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { startTestRedis, type TestRedis } from '../../support/redis.ts'
import { ARCHIVE_EVENTS, anotherStore, aStore, aStudy, createStudy, runningTrial } from './study-fixture.ts'

let redis: TestRedis
let store: StudyStore
const disconnects: (() => void)[] = []
beforeEach(async () => {
  redis = await startTestRedis()
  store = aStore(redis)
})
afterEach(async () => {
  for (const disconnect of disconnects.splice(0)) disconnect()
  await redis.close()
})

const journalKey = (id: StudyId) => `test:{${id}}:journal`
const archiveKey = (id: StudyId) => `test:{${id}}:archive`

/** A study of one running trial, whose first reports are stored. */
async function reportingStudy(reports: number) {
  const id = await createStudy(store)
  const { number, attempt } = await runningTrial(store, id)
  const report = (step: number) =>
    store.reportValues(id, number, attempt, [{ step, metrics: { loss: step } }])
  for (let step = 1; step <= reports; step++) await report(step)
  return { id, number, attempt, report }
}

function stepsOf(events: readonly StudyEvent[]): number[] {
  return events.flatMap((event) =>
    event.type === 'values-reported' ? event.reports.map(({ step }) => step) : [],
  )
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

/** That blocks and stream are one journal without a gap or a doubled event, and tell what the records tell. */
async function expectWhole(id: StudyId): Promise<void> {
  const events = await store.readJournal(id)
  const scores = (await redis.redis.zrange(archiveKey(id), 0, '-1', 'WITHSCORES')).filter(
    (_, i) => i % 2 === 1,
  )
  const [first] = await redis.redis.xrange(journalKey(id), '-', '+', 'COUNT', 1)
  const length = await redis.redis.xlen(journalKey(id))
  expect(Number.parseInt(first![0], 10)).toBe(Number(scores.at(-1) ?? 0) + 1)
  expect(events).toHaveLength(Number(scores.at(-1) ?? 0) + length)
  const folded = events.reduce<StudySnapshot | undefined>(applyEvent, undefined)!
  const records = await store.loadSnapshot(id)
  const trials = await Promise.all(records.trials.map(({ number }) => store.getTrial(id, number)))
  expect(folded).toEqual({ ...records, trials })
}

/** A store whose scripts wait until they are let go. */
function heldStore(): { store: StudyStore; arrived: Promise<void>; letGo(): void } {
  let arrive = () => {}
  let letGo = () => {}
  const arrived = new Promise<void>((resolve) => (arrive = resolve))
  const gate = new Promise<void>((resolve) => (letGo = resolve))
  const evalsha = async (...args: Parameters<Redis['evalsha']>) => {
    arrive()
    await gate
    return redis.redis.evalsha(...args)
  }
  const held = new Proxy(redis.redis, {
    get: (target, name) => (name === 'evalsha' ? evalsha : Reflect.get(target, name, target)),
  })
  return { store: aStore({ redis: held }), arrived, letGo }
}

/** A store that has read what it would put away, and does so when it is let go. */
async function lateArchiver(id: StudyId): Promise<() => Promise<void>> {
  const late = heldStore()
  const archived = late.store.archiveJournal(id)
  await late.arrived
  return () => {
    late.letGo()
    return archived
  }
}

describe('archiveJournal', () => {
  it('leaves the newest events as they came, and less than a block and a quarter', async () => {
    const { id } = await reportingStudy(40)

    await store.archiveJournal(id)

    expect(await redis.redis.xlen(journalKey(id))).toBeLessThan(1.25 * ARCHIVE_EVENTS)
    expect(await redis.redis.zcard(archiveKey(id))).toBeGreaterThan(8)
    await expectWhole(id)
  })

  it('leaves the last event alone of a study that is over, and takes in what comes after it', async () => {
    const { id } = await reportingStudy(0)
    await store.stopStudy(id, { code: 'stopped', message: 'Enough.' })
    await store.finishTrial(id, 0, 1, { state: 'completed', metrics: { loss: 1 } })
    await store.archiveJournal(id)
    const length = await redis.redis.xlen(journalKey(id))

    await store.editStudy(id, async () => ({ changes: { name: 'Another' } }))
    await store.archiveJournal(id)

    expect(length).toBe(1)
    expect((await store.readJournal(id)).at(-1)).toMatchObject({ type: 'study-edited' })
    await expectWhole(id)
  })

  it('changes nothing where there is little, and refuses an unknown study', async () => {
    const id = await createStudy(store)

    await store.archiveJournal(id)

    expect(await redis.redis.exists(archiveKey(id))).toBe(0)
    await expect(store.archiveJournal('st_2222222222222222' as StudyId)).rejects.toMatchObject({
      code: 'study-not-found',
    })
  })

  it('loses and doubles nothing when several do it at once while events come', async () => {
    const { id, report } = await reportingStudy(0)
    const other = anotherStore(redis)
    disconnects.push(other.disconnect)
    let isWritten = false
    const archive = async (by: StudyStore): Promise<void> => {
      await by.archiveJournal(id)
      if (!isWritten) return archive(by)
    }
    const read = async (known: number): Promise<void> => {
      const steps = stepsOf(await store.readJournal(id))
      expect(steps).toEqual(upTo(steps.length))
      expect(steps.length).toBeGreaterThanOrEqual(known)
      if (!isWritten) return read(steps.length)
    }
    const others = [archive(store), archive(other.store), archive(other.store), read(0)]

    for (let step = 1; step <= 500; step++) await report(step)
    isWritten = true
    await Promise.all(others)

    expect(stepsOf(await store.readJournal(id))).toEqual(upTo(500))
    await expectWhole(id)
  })

  it('loses nothing when Redis is killed over it, again and again', async () => {
    const { id, report } = await reportingStudy(0)
    let acknowledged = 0
    for (let kill = 1; kill <= 5; kill++) {
      const write = async (): Promise<void> => {
        await report(acknowledged + 1)
        acknowledged++
        await store.archiveJournal(id)
        if (acknowledged === 40 * kill) setImmediate(() => void redis.kill())
        return write()
      }
      await expect(write()).rejects.toMatchObject({ code: 'storage-unavailable' })
      await redis.restart()
      await expect.poll(() => store.ping().then(() => 'ready', String)).toBe('ready')
      const steps = stepsOf(await store.readJournal(id))
      // The one write that was under way may have been done without its answer.
      expect([acknowledged, acknowledged + 1]).toContain(steps.length)
      expect(steps).toEqual(upTo(steps.length))
      acknowledged = steps.length
    }
    await expectWhole(id)
  })

  it('does nothing when it comes late: what it has read is put away already', async () => {
    const { id } = await reportingStudy(30)
    const before = await store.readJournal(id)
    const archive = await lateArchiver(id)
    await store.archiveJournal(id)

    await archive()

    expect(await store.readJournal(id)).toEqual(before)
    await expectWhole(id)
  })

  it('puts nothing of a study that was deleted meanwhile into its namesake', async () => {
    const { id } = await reportingStudy(30)
    const archive = await lateArchiver(id)
    await store.deleteStudy(id)
    await store.createStudy(id, aStudy({ trials: 9, parallel: 9 }))
    for (let i = 0; i < 3; i++) await runningTrial(store, id)
    const before = await store.readJournal(id)

    await archive()

    expect(await store.readJournal(id)).toEqual(before)
    await expectWhole(id)
  })

  it('leaves no key when the study is deleted', async () => {
    const { id } = await reportingStudy(30)
    await store.archiveJournal(id)

    await store.deleteStudy(id)

    expect(await redis.redis.keys('*')).toEqual([])
  })
})

describe('a journal that is put away', () => {
  it('brings a snapshot up to date that is older than what was put away', async () => {
    const { id, number, attempt } = await reportingStudy(0)
    const known = await store.loadSnapshot(id)
    for (let step = 1; step <= 20; step++)
      await store.reportValues(id, number, attempt, [{ step, metrics: { loss: step } }])
    await store.finishTrial(id, number, attempt, { state: 'completed', metrics: { loss: 1 } })
    for (let i = 0; i < 2; i++) await runningTrial(store, id)
    await store.archiveJournal(id)

    expect(await store.loadSnapshot(id, known)).toEqual(await store.loadSnapshot(id))
  })

  it('says what is missing when a block is lost', async () => {
    const { id } = await reportingStudy(30)
    await store.archiveJournal(id)

    await redis.redis.del(archiveKey(id))

    await expect(store.readJournal(id)).rejects.toThrow(`The journal of ${id} lacks revision 1.`)
  })
})
