import { describe, expect, it } from 'vitest'
import { bestAlgebra } from '../../../../src/algebra/best-algebra.ts'
import { Random } from '../../../../src/math/random.ts'
import { recommend } from '../../../../src/optimizer/analysis/recommendation.ts'
import { fitSurrogate } from '../../../../src/optimizer/analysis/surrogate.ts'
import { createNumerics } from '../../../../src/optimizer/numerics.ts'
import { aDefinition, aStudy, finished, proposed } from '../../../support/simulate.ts'
import { int, space } from '../../../support/spaces.ts'

/** The level that is recommended after these results, each a level and a value to be minimized. */
function recommended(results: readonly (readonly [number, number])[]): number {
  const tried = results.map(([x, value]) => ({ params: { x }, value }))
  const snapshot = tried.reduce(
    (study, { params, value }, number) => finished(proposed(study, params), number, value),
    aStudy(aDefinition(space([int('x', 0, 19)]))),
  )
  const numerics = createNumerics(bestAlgebra())
  const surrogate = fitSurrogate(snapshot, { name: 'value', goal: 'minimize' }, 0, numerics)!
  return recommend(surrogate, tried).params.x
}

describe('recommend', () => {
  const random = Random.fromSeed(1)
  // Level 14 differs from all around it, by as much as the noise.
  const run = (x: number): readonly [number, number] => [x, (x === 14 ? -1 : 0) + random.normal()]
  const once = Array.from({ length: 20 }, (_, x) => run(x))

  it('names the point that did best in many runs, though one run of others came to less', () => {
    const results = [
      ...once,
      ...Array.from({ length: 20 }, () => run(14)),
      [3, -1.9] as const,
      [3, 1.9] as const,
    ]
    expect(Math.min(...results.map(([, value]) => value))).toBeLessThan(-1)
    expect(recommended(results)).toBe(14)
  })
})
