import { describe, expect, it } from 'vitest'
import { newStudyId, type StudyId } from '../../../../src/domain/ids.ts'
import type { StudySnapshot } from '../../../../src/domain/study-snapshot.ts'
import { createSnapshotCache } from '../../../../src/services/snapshots/snapshot-cache.ts'
import { aDefinition, aStudy, proposed } from '../../../support/simulate.ts'
import { int, space } from '../../../support/spaces.ts'

const someId = (byte: number) => newStudyId(new Uint8Array(16).fill(byte))
const [A, B, C] = [1, 2, 3].map(someId) as [StudyId, StudyId, StudyId]

function withTrials(count: number): StudySnapshot {
  let snapshot = aStudy(aDefinition(space([int('n', 0, 9)])))
  for (let n = 0; n < count; n++) snapshot = proposed(snapshot, { n })
  return snapshot
}

/** A store that tells what it was asked for. */
function aStore(trials: number) {
  const known: [StudyId, number | undefined][] = []
  const loadSnapshot = async (id: StudyId, before?: StudySnapshot) => {
    known.push([id, before?.revision])
    return withTrials(trials)
  }
  return { known, loadSnapshot }
}

describe('the snapshot cache', () => {
  it('asks for what came since the last look', async () => {
    const store = aStore(2)
    const cache = createSnapshotCache(store)

    await cache.load(A)
    const second = await cache.load(A)

    expect(store.known).toEqual([
      [A, undefined],
      [A, second.revision],
    ])
  })

  it('forgets the study that was not looked at for longest when it holds too many trials', async () => {
    const store = aStore(2)
    const cache = createSnapshotCache(store, 7)

    for (const id of [A, B, A, C, A, B]) await cache.load(id)

    const { revision } = withTrials(2)
    expect(store.known).toEqual([
      [A, undefined],
      [B, undefined],
      [A, revision],
      [C, undefined],
      [A, revision],
      [B, undefined],
    ])
  })

  it('keeps the study at hand however large it is, and nothing of one that cannot be read', async () => {
    const store = aStore(9)
    const cache = createSnapshotCache(store, 5)
    await cache.load(A)
    await cache.load(A)
    const failing = { loadSnapshot: async () => Promise.reject(new Error('gone')) }

    expect(store.known[1]).toEqual([A, withTrials(9).revision])
    await expect(createSnapshotCache(failing).load(A)).rejects.toThrow('gone')
  })
})
