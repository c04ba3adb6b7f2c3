import { describe, expect, it } from 'vitest'
import { checkFixed } from '../../../../src/domain/fixed-values.ts'
import { contains, type ParameterValues, type SearchSpace } from '../../../../src/domain/search-space.ts'
import { SAMPLER_KINDS } from '../../../../src/domain/study.ts'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import { createNumerics } from '../../../../src/optimizer/numerics.ts'
import { propose } from '../../../../src/optimizer/propose.ts'
import { fixParameters } from '../../../../src/optimizer/space/fix-space.ts'
import { simulate } from '../../../support/simulate.ts'

/** `beta` needs `adam`, which needs `tuned`; `momentum` needs either of two others. */
const SPACE: SearchSpace = {
  parameters: [
    { name: 'tuned', type: 'int', min: 0, max: 3, scale: 'linear', step: 1 },
    {
      name: 'optimizer',
      type: 'categorical',
      choices: ['sgd', 'adam', 'rmsprop'],
      prior: { weights: [1, 2, 3] },
      when: { tuned: [2, 1] },
    },
    { name: 'beta', type: 'float', min: 0, max: 1, scale: 'linear', when: { optimizer: ['adam'] } },
    {
      name: 'momentum',
      type: 'float',
      min: 0,
      max: 1,
      scale: 'linear',
      when: { optimizer: ['rmsprop', 'sgd'] },
    },
    { name: 'rate', type: 'float', min: 0.001, max: 1, scale: 'log' },
  ],
  constraints: [],
}

describe('fixing a conditional parameter', () => {
  it.each(SAMPLER_KINDS)('makes it active in all that %s proposes', (sampler) => {
    const objective = ({ tuned, rate }: ParameterValues) => Number(tuned) + Number(rate)
    const study = simulate({ space: SPACE, objective, trials: 14, sampler })
    const numerics = createNumerics(typescriptAlgebra)

    for (const fixed of [{ momentum: 0.5 }, { beta: 0.25 }] as readonly ParameterValues[]) {
      for (let index = 14; index < 22; index++) {
        const proposal = propose(study, index, numerics, fixed)
        if (proposal === 'exhausted') throw new Error('Nothing was proposed.')
        expect(proposal.params).toMatchObject(fixed)
        expect(contains(SPACE, proposal.params)).toBe(true)
      }
    }
  })

  it('leaves of its parents, and of theirs, the values by which it is active', () => {
    const study = simulate({ space: SPACE, objective: () => 1, trials: 20, sampler: 'random' })

    const { study: seen, trials } = fixParameters(study, { momentum: 0.5 })

    expect(seen.definition.searchSpace.parameters).toEqual([
      { name: 'tuned', type: 'ordinal', values: [1, 2] },
      { ...SPACE.parameters[1], choices: ['sgd', 'rmsprop'], prior: { weights: [1, 3] } },
      { name: 'momentum', type: 'ordinal', values: [0.5], when: { optimizer: ['rmsprop', 'sgd'] } },
      SPACE.parameters[4],
    ])
    expect(trials.every(({ params }) => params.momentum === 0.5)).toBe(true)
  })

  it.each([
    [{ beta: 0.5, momentum: 0.5 }, 'momentum'],
    [{ beta: 0.5, optimizer: 'sgd' }, 'beta'],
    [{ momentum: 0.5, tuned: 3 }, 'momentum'],
    [{ tuned: 0, optimizer: 'adam' }, 'optimizer'],
  ])('is refused where the others rule it out: %j', (fixed, name) => {
    expect(checkFixed(SPACE, fixed)).toEqual([
      { path: `fix.${name}`, message: expect.stringMatching(/^is not active with the other values/) },
    ])
  })

  it('is possible beside values that it is active by', () => {
    expect(checkFixed(SPACE, { momentum: 0.5, optimizer: 'sgd', tuned: 2 })).toEqual([])
    expect(checkFixed(SPACE, { rate: 0.5 })).toEqual([])
  })
})
