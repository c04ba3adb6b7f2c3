import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { bestAlgebra } from '../../../src/algebra/best-algebra.ts'
import type { SamplerKind, StudyDefinition } from '../../../src/domain/study.ts'
import { createNumerics } from '../../../src/optimizer/numerics.ts'
import { propose } from '../../../src/optimizer/propose.ts'
import { aDefinition, aStudy, finished, proposed } from '../../support/simulate.ts'
import { float, space } from '../../support/spaces.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const numerics = createNumerics(bestAlgebra())
const TRIALS = 40

/** @returns what tells whether the trials are held by anybody still. */
function proposeFor(definition: StudyDefinition): WeakRef<object> {
  let snapshot = aStudy(definition)
  for (let n = 0; n < TRIALS; n++)
    snapshot = finished(proposed(snapshot, { x: n / TRIALS }), n, Math.sin(n / 9))
  expect(propose(snapshot, TRIALS, numerics)).toMatchObject({ params: { x: expect.any(Number) } })
  return new WeakRef(snapshot.trials[TRIALS / 2]!)
}

it.each<SamplerKind>(['random', 'gaussian-process'])(
  'the optimizer holds no trials of a snapshot that is gone, though the definition stays: %s',
  async (kind) => {
    const definition = aDefinition(space([float('x', 0, 1)]), { sampler: { kind } })

    const trial = proposeFor(definition)
    await nextTurn()
    collectGarbage()

    expect(trial.deref()).toBeUndefined()
    expect(definition.sampler.kind).toBe(kind)
  },
)
