import { describe, expect, it } from 'vitest'
import { checkSearchSpace } from '../../../../src/domain/check-search-space.ts'
import { encodeSpace } from '../../../../src/optimizer/space/encode.ts'
import { followPriors, logPriors } from '../../../../src/optimizer/space/user-prior.ts'
import { simulate } from '../../../support/simulate.ts'
import { choice, float, int, space } from '../../../support/spaces.ts'

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

  it('knows that each value of a lattice stands for half a step to either side', () => {
    const layers = { ...int('layers', 0, 2), prior: { mean: 1, standardDeviation: 1 } }
    const list = encodeSpace(
      space([layers, { ...layers, name: 'more', prior: { mean: 0.5, standardDeviation: 0.2 } }]),
    )
    const { levelAt, unitAt } = list.dimensions[0]!
    const levels = Array.from({ length: 1000 }, (_, i) =>
      levelAt(followPriors(list, Float64Array.of((i + 0.5) / 1000, 0.5))[0]!),
    )
    // A normal one's shares between -1.5, -0.5, 0.5 and 1.5 deviations.
    const shareOf = (level: number) => levels.filter((other) => other === level).length / 1000
    for (const [level, share] of [0.2791, 0.4419, 0.2791].entries())
      expect(shareOf(level)).toBeCloseTo(share, 2)

    const logs = logPriors(list, 5, 50)!.evaluate(
      [0, 1, 2].map((level) => Float64Array.of(unitAt(level), unitAt(0))),
    )
    expect([...logs]).toEqual([-0.5, 0, -0.5].map((log) => expect.closeTo(log, 10)))
    const [first, second] = logPriors(list, 5, 50)!.evaluate(
      [0, 1].map((level) => Float64Array.of(0.5, unitAt(level))),
    )
    expect([first, second]).toEqual([expect.closeTo(0, 10), expect.closeTo(0, 10)])
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

  it('is followed over as wide a range as numbers have', () => {
    const wide = space([
      { ...float('x', -1.7e308, 1.7e308), prior: { mean: 1e307, standardDeviation: 1e306 } },
    ])
    for (const { params } of simulate({ space: wide, objective: () => 1, trials: 8, sampler: 'sobol' })
      .trials)
      expect(Math.abs(Number(params.x) / 1e307 - 1)).toBeLessThan(0.4)
  })

  it('is checked: its mean lies in the range, its deviation is above 0', () => {
    const faults = (fields: object) =>
      checkSearchSpace(space([choice('k', 'a', 'b'), { ...trusted, ...fields }])).map(({ path }) => path)
    expect(faults({})).toEqual([])
    expect(faults({ prior: { mean: 2, standardDeviation: 1 } })).toEqual([
      'searchSpace.parameters[1].prior.mean',
    ])
    expect(faults({ prior: { mean: 0.1, standardDeviation: 0 } })).toEqual([
      'searchSpace.parameters[1].prior.standardDeviation',
    ])
  })
})

describe('a prior on the values of a list', () => {
  const weighted = (weights: readonly number[]) => ({ ...choice('k', 'a', 'b', 'c'), prior: { weights } })

  it('gives each value its share of a design, and weighs as much as a tenth of the budget', () => {
    const list = encodeSpace(space([weighted([6, 3, 1]), float('x', 0, 1)]))
    const levels = Array.from({ length: 100 }, (_, i) =>
      list.dimensions[0]!.levelAt(followPriors(list, Float64Array.of((i + 0.5) / 100, 0.5))[0]!),
    )
    expect([0, 1, 2].map((level) => levels.filter((other) => other === level).length)).toEqual([60, 30, 10])

    const logs = logPriors(list, 5, 50)!.evaluate([0, 1, 2].map((level) => Float64Array.of(level, 0.5)))
    expect([...logs]).toEqual([0, expect.closeTo(Math.log(3 / 6), 10), expect.closeTo(Math.log(1 / 6), 10)])
  })

  it('knows an ordinal by the place that the model sees, numbers at their distances', () => {
    const uneven = { name: 'n', type: 'ordinal', values: [1, 2, 9], prior: { weights: [1, 2, 4] } } as const
    const list = encodeSpace(space([uneven]))
    const { unitAt } = list.dimensions[0]!
    const logs = logPriors(list, 5, 50)!.evaluate([0, 1, 2].map((level) => Float64Array.of(unitAt(level))))
    expect([...logs]).toEqual([expect.closeTo(Math.log(1 / 4), 10), expect.closeTo(Math.log(1 / 2), 10), 0])
  })

  it('is outweighed by results where it is wrong', () => {
    const objective = (p: Record<string, unknown>) => (p.k === 'c' ? 0 : 1) + (Number(p.x) - 0.3) ** 2
    const study = simulate({
      space: space([weighted([20, 20, 1]), float('x', 0, 1)]),
      objective,
      trials: 30,
    })
    expect(study.trials.slice(0, 5).filter(({ params }) => params.k === 'c').length).toBeLessThan(2)
    expect(study.trials[study.study.bestTrial!]!.metrics!.value).toBeLessThan(1e-3)
  })

  it('has a weight above 0 for each value', () => {
    const faults = (weights: readonly number[]) =>
      checkSearchSpace(space([weighted(weights)])).map(({ path }) => path)
    expect(faults([1, 2, 3])).toEqual([])
    expect(faults([1, 2])).toEqual(['searchSpace.parameters[0].prior.weights'])
    expect(faults([1, 0, Number.POSITIVE_INFINITY])).toEqual([
      'searchSpace.parameters[0].prior.weights[1]',
      'searchSpace.parameters[0].prior.weights[2]',
    ])
  })
})

describe('a prior on a conditional parameter', () => {
  const branching = encodeSpace(
    space([choice('k', 'a', 'b'), { ...trusted, when: { k: ['a'] } }, float('x', 0, 1)]),
  )

  it('counts where the parameter is active, and speaks neither for nor against its branch', () => {
    const priors = logPriors(branching, 5, 50)!
    const [atMean, off, inactive] = priors.evaluate([
      Float64Array.of(0, 0.5, 0.2),
      Float64Array.of(0, 0.9, 0.2),
      Float64Array.of(1, 0.5, 0.2),
    ])
    expect([atMean, inactive]).toEqual([0, 0])
    expect(off).toBeLessThan(-1)
    const { gradients } = priors.evaluateWithGradients([Float64Array.of(1, 0.9, 0.2)])
    expect([...gradients]).toEqual([0, 0, 0])
  })
})
