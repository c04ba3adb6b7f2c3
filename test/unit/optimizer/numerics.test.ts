import { describe, expect, it } from 'vitest'
import type { StudySnapshot } from '../../../src/domain/study-snapshot.ts'
import { Random } from '../../../src/math/random.ts'
import { createNumerics } from '../../../src/optimizer/numerics.ts'
import { propose } from '../../../src/optimizer/propose.ts'
import { decode, encodeSpace, randomPoint } from '../../../src/optimizer/space/encode.ts'
import { algebras } from '../../support/algebras.ts'
import { aDefinition, aStudy, finished, proposed } from '../../support/simulate.ts'
import { choice, float, space } from '../../support/spaces.ts'

const box = space([float('x', 0, 1), float('y', 1e-3, 10, 'log'), choice('c', 'p', 'q', 'r')])
const encoded = encodeSpace(box)

/** Studies of 10, 11, .. results, the last two trials of each still running. */
function history(seed: number, count: number): StudySnapshot {
  const random = Random.fromSeed(seed)
  let snapshot = aStudy(aDefinition(box, { sampler: { kind: 'gaussian-process' } }))
  for (let k = 0; k < count + 2; k++) {
    const params = decode(encoded, randomPoint(encoded, random))
    snapshot = proposed(snapshot, params)
    const value = (Number(params.x) - 0.3) ** 2 + Math.log(Number(params.y)) ** 2 + Number(params.c !== 'p')
    if (k < count) snapshot = finished(snapshot, k, k % 7 === 5 ? undefined : value)
  }
  return snapshot
}

describe.each(algebras)('numerics, $name', (algebra) => {
  it('remember what they computed without changing an answer, whichever study came before', () => {
    const used = createNumerics(algebra)
    for (const [seed, count] of [
      [1, 12],
      [2, 12],
      [1, 13],
      [1, 40],
      [2, 13],
      [1, 12],
    ] as const) {
      const snapshot = history(seed, count)
      const index = snapshot.trials.length
      expect(propose(snapshot, index, used)).toEqual(propose(snapshot, index, createNumerics(algebra)))
    }
  })
})

it('a study of more results than a model takes gets a model of the best region', () => {
  // The fastest: of so many rows the TypeScript one takes seconds.
  const algebra = algebras.at(-1)!
  const snapshot = history(3, 1400)
  const proposal = propose(snapshot, snapshot.trials.length, createNumerics(algebra))
  expect(proposal).toMatchObject({ origin: { phase: 'model', algebra: algebra.name }, params: { c: 'p' } })
})
