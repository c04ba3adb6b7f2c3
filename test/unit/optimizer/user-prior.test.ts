import { describe, expect, it } from 'vitest'
import { checkSearchSpace } from '../../../src/domain/check-search-space.ts'
import { encodeSpace } from '../../../src/optimizer/encode.ts'
import { followPriors, logPriors } from '../../../src/optimizer/user-prior.ts'
import { simulate } from '../../support/simulate.ts'
import { choice, float, space } from '../../support/spaces.ts'

const trusted = { ...float('rate', 1e-4, 1, 'log'), prior: { mean: 1e-2, standardDeviation: 0.5 } }
const given = space([choice('k', 'a', 'b'), trusted, float('x', 0, 1)])
const encoded = encodeSpace(given)

describe('a prior on a parameter', () => {
  it('makes designs dense around its mean, within the range, and leaves the others alone', () => {
    const units = Array.from({ length: 99 }, (_, i) =>
      followPriors(encoded, new Float64Array(3).fill((i + 1) / 100)),
    )
    // 1e-2 is the middle of 1e-4 to 1 in logs; a deviation of 0.5 is 0.5 / ln 1e4 of the axis.
    expect(units[49]![1]).toBeCloseTo(0.5, 10)
    expect(units[83]![1]).toBeCloseTo(0.5 + 0.994 * (0.5 / Math.log(1e4)), 3)
    for (const [i, [k, , x]] of units.entries()) expect([k, x]).toEqual([(i + 1) / 100, (i + 1) / 100])
  })

  it('fades as results come in, and its gradient is that of its value', () => {
    const at = (rate: number) => Float64Array.of(0, rate, 0.2)
    const early = logPriors(encoded, 5, 50)!
    const late = logPriors(encoded, 50, 50)!
    expect(early.evaluate([at(0.7)])[0]! / late.evaluate([at(0.7)])[0]!).toBeCloseTo(10, 10)

    const step = 1e-6
    const [below, above] = early.evaluate([at(0.7 - step), at(0.7 + step)])
    expect(early.evaluateWithGradients([at(0.7)]).gradients[1]).toBeCloseTo((above! - below!) / (2 * step), 4)
    expect(logPriors(encodeSpace(space([float('x', 0, 1)])), 5, 50)).toBeUndefined()
  })

  it('finds a good value sooner where it is right, and does not lose the search where it is wrong', () => {
    const narrow = (mean: number) =>
      space([{ ...float('x', 0, 1), prior: { mean, standardDeviation: 0.1 } }, float('y', 0, 1)])
    const objective = (p: Record<string, unknown>) =>
      (Number(p.x) - 0.8) ** 2 + 0.01 * (Number(p.y) - 0.5) ** 2
    const right = simulate({ space: narrow(0.8), objective, trials: 5 })
    expect(right.trials.every(({ params }) => Number(params.x) > 0.4)).toBe(true)
    const wrong = simulate({ space: narrow(0.2), objective, trials: 30 })
    expect(wrong.trials[wrong.study.bestTrial!]!.metrics!.value).toBeLessThan(1e-3)
  })

  it('is checked: its mean lies in the range, its deviation is above 0, its parameter is always active', () => {
    const faults = (fields: object) =>
      checkSearchSpace(space([choice('k', 'a', 'b'), { ...trusted, ...fields }])).map(({ path }) => path)
    expect(faults({})).toEqual([])
    expect(faults({ prior: { mean: 2, standardDeviation: 1 } })).toEqual([
      'searchSpace.parameters[1].prior.mean',
    ])
    expect(faults({ prior: { mean: 0.1, standardDeviation: 0 } })).toEqual([
      'searchSpace.parameters[1].prior.standardDeviation',
    ])
    expect(faults({ when: { k: ['a'] } })).toEqual(['searchSpace.parameters[1].prior'])
  })
})
