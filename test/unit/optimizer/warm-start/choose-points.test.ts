import { describe, expect, it } from 'vitest'
import { bestAlgebra } from '../../../../src/algebra/best-algebra.ts'
import { newStudyId } from '../../../../src/domain/ids.ts'
import type { ParameterValues, SearchSpace } from '../../../../src/domain/search-space.ts'
import { createNumerics } from '../../../../src/optimizer/numerics.ts'
import { chooseStartPoints } from '../../../../src/optimizer/warm-start/choose-points.ts'
import { type EarlierStudy, earlierStudy } from '../../../../src/optimizer/warm-start/earlier-study.ts'
import { simulate } from '../../../support/simulate.ts'
import { choice, float, space } from '../../../support/spaces.ts'

const numerics = createNumerics(bestAlgebra())
const SQUARE = space([float('x', 0, 1), float('y', 0, 1)])

/** A study of the square whose best values lie there. */
function bestAt(x: number, y: number, seed: number, trials = 25): EarlierStudy {
  const objective = (at: ParameterValues) => (Number(at.x) - x) ** 2 + (Number(at.y) - y) ** 2
  const study = earlierStudy(simulate({ space: SQUARE, objective, trials, seed }))!
  return { ...study, id: newStudyId(new Uint8Array(16).fill(seed)) }
}
const choose = (to: SearchSpace, ...studies: EarlierStudy[]) => chooseStartPoints(to, studies, numerics)

describe('values to begin a study with', () => {
  it('are what did best in the one study there is, once', () => {
    const study = bestAt(0.3, 0.8, 1)
    const [first, ...others] = choose(SQUARE, study)
    expect(first!.from).toBe(study.id)
    expect(first!.params.x).toBeCloseTo(0.3, 1)
    expect(first!.params.y).toBeCloseTo(0.8, 1)
    expect(others).toEqual([])
  })

  it('begin with what suits most studies, and go on with what suits the others', () => {
    const points = choose(SQUARE, bestAt(0.1, 0.1, 1), bestAt(0.9, 0.9, 2), bestAt(0.1, 0.12, 3))
    expect(points[0]!.params.x).toBeCloseTo(0.1, 1)
    expect(points[1]!.params.x).toBeCloseTo(0.9, 1)
    expect(points.length).toBeLessThan(5)
  })

  it('are eight at most, however many studies there are', () => {
    const corners = Array.from({ length: 16 }, (_, k) =>
      bestAt((k % 4) / 3, Math.floor(k / 4) / 3, k + 1, 12),
    )
    expect(choose(SQUARE, ...corners)).toHaveLength(8)
  })

  it('are points of the new space, whatever it lacks or forbids', () => {
    const to = space([float('x', 0.5, 2), choice('kind', 'a', 'b'), float('y', 0, 1)], ['x + y <= 1.2'])
    const points = choose(to, bestAt(0.3, 0.5, 1), bestAt(0.9, 0.9, 2))
    expect(points.map(({ params }) => Object.keys(params))).toContainEqual(['x', 'kind', 'y'])
    for (const { params } of points) expect(Number(params.x) + Number(params.y)).toBeLessThanOrEqual(1.2)
  })

  it('are none where there is nobody to learn from, or nothing to learn', () => {
    expect(choose(SQUARE)).toEqual([])
    const flat = earlierStudy(simulate({ space: SQUARE, objective: () => 1, trials: 12 }))!
    expect(choose(SQUARE, flat)).toEqual([])
  })
})
