import { expect, it } from 'vitest'
import { HoneError } from '../../../src/domain/errors.ts'
import { newStudyId, type StudyId } from '../../../src/domain/ids.ts'
import type { ServiceDeps } from '../../../src/services/deps.ts'
import { createLoadMeter } from '../../../src/services/measure-load.ts'

const someId = (byte: number) => newStudyId(new Uint8Array(16).fill(byte))
const [A, B] = [1, 2].map(someId) as [StudyId, StudyId]

/** Open studies by revision, each with as many trials queued. */
function aService(open: Map<StudyId, number>) {
  const read: StudyId[] = []
  const store = {
    listOpenStudies: async () => new Map([...open].map(([id, revision]) => [id, { revision, at: '' }])),
    getStudy: async (id: StudyId) => {
      read.push(id)
      if (open.get(id) === 0) throw new HoneError('study-not-found', 'Deleted.')
      return { counts: { queued: open.get(id), running: 1 } }
    },
  }
  const deps = { store, jobs: { countJobs: async () => ({}) } } as unknown as ServiceDeps
  return { read, measure: createLoadMeter(deps) }
}

it('the load is that of all open studies, of which only those are read to which something has happened', async () => {
  const open = new Map([
    [A, 3],
    [B, 4],
  ])
  const { read, measure } = aService(open)

  expect(await measure()).toEqual({ openStudies: 2, trials: { queued: 7, running: 2 }, jobs: {} })
  open.set(B, 5)
  expect(await measure()).toMatchObject({ openStudies: 2, trials: { queued: 8, running: 2 } })
  open.delete(A)
  expect(await measure()).toMatchObject({ openStudies: 1, trials: { queued: 5, running: 1 } })
  expect(read).toEqual([A, B, B])
})

it('the load of a study that is deleted meanwhile is none', async () => {
  const { measure } = aService(new Map([[A, 0]]))

  expect(await measure()).toEqual({ openStudies: 1, trials: {}, jobs: {} })
})
