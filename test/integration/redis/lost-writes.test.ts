import { beforeEach, describe, expect, it } from 'vitest'
import type { StudyId } from '../../../src/domain/ids.ts'
import type { StudySnapshot } from '../../../src/domain/study-snapshot.ts'
import type { StudyStore } from '../../../src/services/ports/study-store.ts'
import { createCurveCache } from '../../../src/services/snapshots/curve-cache.ts'
import { withRedis } from '../../support/redis.ts'
import { rewindPoint } from '../../support/rewind.ts'
import { aStore, aStudy, createStudy, runningTrial } from './study-fixture.ts'

const redis = withRedis()
let store: StudyStore
beforeEach(() => {
  store = aStore(redis())
})

async function report(id: StudyId, loss: number): Promise<void> {
  const { number, attempt } = await runningTrial(store, id)
  await store.reportValues(id, number, attempt, [{ step: 1, metrics: { loss } }])
}

/** A study that goes on differently after Redis has lost what it had last. @param look at it before and after. */
async function loseWrites(look: (id: StudyId) => Promise<unknown>, isArchived = false): Promise<StudyId> {
  const study = aStudy({ trials: 9, parallel: 9 })
  const id = await createStudy(store, { ...study, pruner: { kind: 'median' } })
  await report(id, 1)
  const rewind = await rewindPoint(redis().redis)
  await report(id, 2)
  await look(id)
  await rewind()
  await look(id)
  for (let n = 0; n < 3; n++) await report(id, 3)
  if (isArchived) await store.archiveJournal(id)
  return id
}

describe('where Redis has lost its last writes', () => {
  it.each([false, true])('a snapshot of them is read anew, put away events: %s', async (isArchived) => {
    let known: StudySnapshot | undefined
    const look = async (id: StudyId) => {
      known = await store.loadSnapshot(id, known)
      expect(known).toEqual(await store.loadSnapshot(id))
    }
    const id = await loseWrites(look, isArchived)

    await look(id)
  })

  it('a snapshot of what is there no more is read anew, however far the study has come', async () => {
    let known: StudySnapshot | undefined
    const id = await loseWrites(async (study) => {
      known ??= await store.loadSnapshot(study)
    })

    expect(known!.revision).toBeLessThan(await store.getRevision(id))
    expect(await store.loadSnapshot(id, known)).toEqual(await store.loadSnapshot(id))
    expect(await store.readSince(id, known!, 9)).toBeUndefined()
  })

  it('curves are those that are there', async () => {
    const cache = createCurveCache(store)
    const id = await loseWrites((study) => cache.load(study))

    const { trials, revision } = await cache.load(id)

    expect(trials.map(({ curve }) => curve?.[0]?.metrics.loss)).toEqual([1, 3, 3, 3])
    expect(revision).toBe(await store.getRevision(id))
  })
})

describe('a look at a journal', () => {
  it('tells what came since, at most so much of it', async () => {
    const id = await createStudy(store, aStudy({ trials: 9, parallel: 9 }))
    const known = await store.loadSnapshot(id)
    await report(id, 1)

    const events = await store.readSince(id, known, 2)

    expect(events!.map(({ type }) => type)).toEqual(['trial-proposed', 'trial-started'])
    expect(await store.readSince(id, await store.loadSnapshot(id), 2)).toEqual([])
  })
})
