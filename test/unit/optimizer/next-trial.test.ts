import { describe, expect, it } from 'vitest'
import type { SearchSpace } from '../../../src/domain/search-space.ts'
import type { SamplerKind } from '../../../src/domain/study.ts'
import { typescriptAlgebra } from '../../../src/math/typescript-algebra.ts'
import { nextTrial } from '../../../src/optimizer/next-trial.ts'
import { createNumerics } from '../../../src/optimizer/numerics.ts'
import { simulate } from '../../support/simulate.ts'
import { float, int, space } from '../../support/spaces.ts'

function messageAfter(given: SearchSpace, sampler: SamplerKind): string | undefined {
  const study = simulate({ space: given, objective: () => 1, trials: 6, sampler })
  const next = nextTrial(study, study.trials.length, createNumerics(typescriptAlgebra))
  return 'code' in next && next.code === 'exhausted' ? next.message : undefined
}

describe('the end of a study that has nothing more to try', () => {
  it('says what is used up: the space, or only the grid', () => {
    expect(messageAfter(space([int('n', 1, 3)]), 'auto')).toContain('search space has been tried')
    expect(messageAfter(space([float('x', 0, 1)]), 'grid')).toContain('grid has been tried')
  })

  it('does not claim to have tried all of what is too large to be looked through', () => {
    const numbers = space(
      [int('a', 1, 100), int('b', 1, 100), int('c', 1, 100)],
      ['a * b * c == 970_299'.replace('_', '')],
    )
    expect(messageAfter(numbers, 'random')).toContain('No further point was found')
  })

  it('says that no point of a grid was allowed', () => {
    const narrow = space([float('x', 0, 1), float('y', 0, 1)], ['abs(x - 0.123) + abs(y - 0.456) <= 1e-5'])
    expect(messageAfter(narrow, 'grid')).toContain('use another sampler')
  })
})
