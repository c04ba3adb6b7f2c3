import { describe, expect, it } from 'vitest'
import { bestAlgebra } from '../../../../src/algebra/best-algebra.ts'
import type { ParameterValues } from '../../../../src/domain/search-space.ts'
import { Random } from '../../../../src/math/random.ts'
import { createNumerics } from '../../../../src/optimizer/numerics.ts'
import { propose } from '../../../../src/optimizer/propose.ts'
import { MAX_ROWS } from '../../../../src/optimizer/surrogates/training.ts'
import { aDefinition, aStudy, finished, proposed } from '../../../support/simulate.ts'
import { float, space } from '../../../support/spaces.ts'

const NAMES = ['x', 'y', 'z']
// Falls along x to the very end; what is known of it ends in the middle.
const objective = ({ x, y, z }: ParameterValues) =>
  (Number(y) - 0.3) ** 2 + (Number(z) - 0.2) ** 2 - Number(x)

/** Of uniform draws few gain, so that the region has become small. */
function halfKnown(results: number) {
  const random = Random.fromSeed(1)
  const sampler = { kind: 'gaussian-process' } as const
  let study = aStudy(aDefinition(space(NAMES.map((name) => float(name, 0, 1))), { sampler }))
  for (let number = 0; number < results; number++) {
    const params = Object.fromEntries(NAMES.map((name) => [name, random.uniform() / 2]))
    study = finished(proposed(study, params), number, objective(params))
  }
  return study
}

describe('several workers beyond the exact range', () => {
  const numerics = createNumerics(bestAlgebra())
  let study = halfKnown(MAX_ROWS + 20)
  const chosen = Array.from({ length: 8 }, () => {
    const proposal = propose(study, study.trials.length, numerics)
    if (proposal === 'exhausted') throw new Error('A continuous space cannot be exhausted.')
    study = proposed(study, proposal.params)
    return proposal
  })
  const [far, near] = chosen.map(({ params, origin }) => ({ x: Number(params.x), ...origin.rationale! }))

  it('are promised something in the trust region, whatever one of them may find far away', () => {
    expect(far!.x - 0.5).toBeGreaterThan(0.2)
    expect(near!.x - 0.5).toBeLessThan(0.1)
    expect(near!.acquisition).toBeGreaterThan(-3)
  })

  it('are sent to places of their own', () => {
    const apart = (a: ParameterValues, b: ParameterValues) =>
      Math.max(...NAMES.map((name) => Math.abs(Number(a[name]) - Number(b[name]))))
    const gaps = chosen.flatMap(({ params }, k) =>
      chosen.slice(0, k).map((other) => apart(params, other.params)),
    )
    expect(Math.min(...gaps)).toBeGreaterThan(0.001)
  })
})
