import { describe, expect, it } from 'vitest'
import { bestAlgebra } from '../../../../src/algebra/best-algebra.ts'
import { newStudyId } from '../../../../src/domain/ids.ts'
import type { ParameterValues } from '../../../../src/domain/search-space.ts'
import { createNumerics } from '../../../../src/optimizer/numerics.ts'
import { propose } from '../../../../src/optimizer/propose.ts'
import { aDefinition, aStudy, finished, proposed, simulate } from '../../../support/simulate.ts'
import { float, space } from '../../../support/spaces.ts'

const from = newStudyId(new Uint8Array(16))
// Neither comes out of its encoding as it went in.
const points = [0.1, 0.7].map((x) => ({ params: { x: x * 3e-3 }, from }))
const warmStart = { studies: [from], points }
const SPACE = space([float('x', 1e-5, 0.1, 'log')])
const begun = aStudy(aDefinition(SPACE, { warmStart }))
const numerics = createNumerics(bestAlgebra())
const next = (snapshot = begun, fixed?: ParameterValues) => {
  const proposal = propose(snapshot, snapshot.trials.length, numerics, fixed)
  if (proposal === 'exhausted') throw new Error('The space is used up.')
  return proposal
}

describe('a study with a warm start', () => {
  it('tries its start points first, in their order, each once, and goes on by itself', () => {
    const { trials } = simulate({ space: SPACE, objective: ({ x }) => Number(x), trials: 4, warmStart })
    expect(trials.map(({ origin }) => origin.sampler)).toEqual(
      ['warm-start', 'warm-start', 'auto', 'auto'].map((name) =>
        expect.stringMatching(name === 'auto' ? /sobol|gaussian/ : /^warm-start$/),
      ),
    )
    expect(trials.slice(0, 2).map(({ params }) => params)).toEqual(points.map(({ params }) => params))
    expect(trials[0]!.origin).toMatchObject({ phase: 'startup', from, revision: 1 })
  })

  it('leaves out what somebody has tried, before or after, and what is awaited or failed', () => {
    const awaited = proposed(begun, points[0]!.params)
    expect(next(awaited).params).toEqual(points[1]!.params)
    expect(next(finished(awaited, 0, undefined)).params).toEqual(points[1]!.params)
    expect(next(proposed(begun, points[1]!.params)).params).toEqual(points[0]!.params)
  })

  it('leaves out what is no point of its space any more, and completes what has become one', () => {
    const edited = (parameters: Parameters<typeof space>[0]) =>
      next(aStudy(aDefinition(space(parameters), { warmStart })))
    expect(edited([float('x', 1e-3, 0.1, 'log')]).params).toEqual(points[1]!.params)
    const grown = edited([float('x', 1e-5, 0.1, 'log'), { ...float('y', 0, 1), default: 0.5 }])
    expect(grown.params).toEqual({ ...points[0]!.params, y: 0.5 })
  })

  it('gives who fixed values a proposal with these', () => {
    expect(next(begun, { x: 0.05 })).toMatchObject({ params: { x: 0.05 }, origin: { fixed: { x: 0.05 } } })
  })
})
