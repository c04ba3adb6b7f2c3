import { describe, expect, it } from 'vitest'
import type { StudySnapshot } from '../../../../src/domain/study-snapshot.ts'
import { earlierStudy, sharesParameters } from '../../../../src/optimizer/warm-start/earlier-study.ts'
import { aDefinition, aStudy, finished, proposed, simulate } from '../../../support/simulate.ts'
import { choice, float, int, space } from '../../../support/spaces.ts'

const LINE = space([float('x', 0, 1)])
const run = (trials: number, goal: 'minimize' | 'maximize' = 'minimize') =>
  simulate({ space: LINE, objective: ({ x }) => Number(x), trials, goal, sampler: 'random' })

describe('what a study taught', () => {
  it('is every result in the order of the trials, smaller being better', () => {
    const study = run(8, 'maximize')
    expect(earlierStudy(study)?.results).toEqual(
      study.trials.map(({ params }) => ({ params, value: -Number(params.x) })),
    )
  })

  it('is nothing where there are too few results, or several objectives', () => {
    expect(earlierStudy(run(4))).toBeUndefined()
    const metrics = ['value', 'other'].map((name) => ({ name, goal: 'minimize' }) as const)
    const { study, ...rest } = run(8)
    const several: StudySnapshot = {
      ...rest,
      study: { ...study, definition: { ...study.definition, metrics } },
    }
    expect(earlierStudy(several)).toBeUndefined()
  })

  it('leaves out what failed, and what broke an outcome constraint', () => {
    const metrics = [
      { name: 'value', goal: 'minimize' },
      { name: 'value', role: 'constraint', min: 0.5 },
    ] as const
    let study = aStudy(aDefinition(LINE, { metrics }))
    const values = [0.1, 0.6, undefined, 0.7, 0.4, 0.8, 0.9, 1]
    for (const [number, value] of values.entries())
      study = finished(proposed(study, { x: number / 10 }), number, value)
    expect(earlierStudy(study)?.results.map(({ value }) => value)).toEqual([0.6, 0.7, 0.8, 0.9, 1])
  })

  it('is the better half and an even choice of the rest where there are more than 150 results', () => {
    const study = run(400)
    const { results } = earlierStudy(study)!
    const ascending = study.trials.map(({ params }) => Number(params.x)).sort((a, b) => a - b)
    const kept = results.map(({ value }) => value).sort((a, b) => a - b)
    expect(kept.slice(0, 75)).toEqual(ascending.slice(0, 75))
    expect(kept).toHaveLength(150)
    expect(kept.at(-1)).toBeGreaterThan(0.95)
  })
})

describe('whether a space is similar enough to learn from', () => {
  it('asks for half of the parameters, by name and kind', () => {
    const wanted = space([
      float('rate', 0, 1),
      int('units', 1, 9),
      choice('kind', 'a', 'b'),
      float('y', 0, 1),
    ])
    const shares = (...parameters: Parameters<typeof space>[0]) => sharesParameters(wanted, space(parameters))
    expect(shares(float('rate', 5, 6), float('units', 0, 1))).toBe(true)
    expect(shares(float('rate', 5, 6), float('other', 0, 1))).toBe(false)
    expect(shares(choice('rate', 1, 2), choice('units', 1, 2), choice('kind', 'c'))).toBe(false)
  })
})
