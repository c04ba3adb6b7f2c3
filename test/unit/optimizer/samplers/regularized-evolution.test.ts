import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { selectParent } from '../../../../src/optimizer/samplers/regularized-evolution.ts'
import { bestValue, simulate } from '../../../support/simulate.ts'
import { choice, float, space } from '../../../support/spaces.ts'

const observation = (value: number | undefined) => ({ point: new Float64Array(1), value })

describe('selectParent', () => {
  it('draws from the newest results alone, however good the old ones were', () => {
    const observations = Array.from({ length: 60 }, (_, i) => observation(i))
    const parents = Array.from(
      { length: 200 },
      (_, k) => selectParent(observations, Random.fromSeed(k)).value!,
    )
    expect(Math.min(...parents)).toBe(40)
    // The best of 5 of 20 is never one of the worst four.
    expect(Math.max(...parents)).toBeLessThanOrEqual(55)
  })

  it('takes a failure only where all failed', () => {
    const mostlyFailed = Array.from({ length: 20 }, (_, i) => observation(i < 4 ? undefined : i))
    for (let k = 0; k < 50; k++) expect(selectParent(mostlyFailed, Random.fromSeed(k)).value).toBeDefined()
    expect(selectParent([observation(undefined)], Random.fromSeed(1)).value).toBeUndefined()
  })
})

it('begins with an even design of twenty, and then beats random search', () => {
  const given = space([float('x', -5, 5), float('y', -5, 5), choice('kind', 'a', 'b', 'c')])
  const objective = ({ x, y, kind }: Record<string, unknown>) =>
    (Number(x) - 1) ** 2 + (Number(y) + 2) ** 2 + (kind === 'b' ? 0 : 3)
  const studies = (sampler: 'regularized-evolution' | 'random') =>
    [1, 2, 3, 4, 5].map((seed) => simulate({ space: given, objective, trials: 80, seed, sampler }))
  const total = (sampler: 'regularized-evolution' | 'random') =>
    studies(sampler).reduce((sum, study) => sum + bestValue(study), 0)
  expect(total('regularized-evolution')).toBeLessThan(0.5 * total('random'))
  const phases = studies('regularized-evolution')[0]!.trials.map(({ origin }) => origin.phase)
  expect(phases.indexOf('model')).toBe(20)
})
