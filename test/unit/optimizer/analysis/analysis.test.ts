import { describe, expect, it } from 'vitest'
import { bestAlgebra } from '../../../../src/algebra/best-algebra.ts'
import type { ParameterValues, SearchSpace } from '../../../../src/domain/search-space.ts'
import { Random } from '../../../../src/math/random.ts'
import { adviseStopping } from '../../../../src/optimizer/advise-stopping.ts'
import { importance } from '../../../../src/optimizer/analysis/importance.ts'
import { partialDependence } from '../../../../src/optimizer/analysis/partial-dependence.ts'
import { pedAnova } from '../../../../src/optimizer/analysis/ped-anova.ts'
import { compareValues, exactShapley, sampledShapley } from '../../../../src/optimizer/analysis/shapley.ts'
import { stoppingAdvice } from '../../../../src/optimizer/analysis/stopping.ts'
import { fitSurrogate, type Surrogate } from '../../../../src/optimizer/analysis/surrogate.ts'
import { createNumerics } from '../../../../src/optimizer/numerics.ts'
import { decode, encode, encodeSpace } from '../../../../src/optimizer/space/encode.ts'
import { simulate } from '../../../support/simulate.ts'
import { choice, float, space } from '../../../support/spaces.ts'

const numerics = createNumerics(bestAlgebra())
const cube = (d: number) => space(Array.from({ length: d }, (_, i) => float(`x${i}`, 0, 1)))
const number = (params: ParameterValues, name: string) => Number(params[name])

/** What a study of random trials has taught. */
function learned(
  given: SearchSpace,
  objective: (params: ParameterValues) => number,
  { trials = 60, goal = 'minimize' }: { trials?: number; goal?: 'minimize' | 'maximize' } = {},
): Surrogate {
  const snapshot = simulate({ space: given, objective, trials, sampler: 'sobol', goal })
  return fitSurrogate(snapshot, { name: 'value', goal }, 0, numerics)!
}

/** A model that knows the function itself. */
function knowing(given: SearchSpace, f: (params: ParameterValues) => number): Surrogate {
  const encoded = encodeSpace(given)
  const model = learned(given, f, { trials: 12 })
  return {
    ...model,
    encoded,
    meansAt: (points) => points.map((point) => f(decode(encoded, point))),
    toUnit: (value) => value,
    random: Random.fromSeed(5),
  }
}

describe('importance', () => {
  it('comes to the analytic Sobol indices of the Ishigami function', () => {
    const box = space(['x0', 'x1', 'x2'].map((name) => float(name, -Math.PI, Math.PI)))
    const ishigami = (p: ParameterValues) =>
      Math.sin(number(p, 'x0')) +
      7 * Math.sin(number(p, 'x1')) ** 2 +
      0.1 * number(p, 'x2') ** 4 * Math.sin(number(p, 'x0'))
    const indices = Object.fromEntries(importance(knowing(box, ishigami)).map((one) => [one.parameter, one]))

    // Closed forms for a = 7, b = 0.1: Saltelli et al., "Global Sensitivity Analysis: The Primer", 2008, section 4.10.
    expect(indices.x0!.firstOrder).toBeCloseTo(0.3139, 1)
    expect(indices.x0!.total).toBeCloseTo(0.5576, 1)
    expect(indices.x1!.firstOrder).toBeCloseTo(0.4424, 1)
    expect(indices.x1!.total).toBeCloseTo(0.4424, 1)
    expect(indices.x2!.firstOrder).toBeCloseTo(0, 1)
    expect(indices.x2!.total).toBeCloseTo(0.2437, 1)
  })

  it.each([1e-300, 1e307])('is the same for an objective in units of %d', (unit) => {
    const objective = (p: ParameterValues) => unit * (2 * number(p, 'x0') - number(p, 'x1'))
    const [first, second] = importance(learned(cube(2), objective))
    expect([first!.parameter, second!.parameter]).toEqual(['x0', 'x1'])
    expect(first!.total).toBeCloseTo(0.8, 1)
    expect(second!.total).toBeCloseTo(0.2, 1)
  })

  it('shares an additive function out by the squares of its slopes, from 60 trials', () => {
    const surrogate = learned(cube(3), (p) => 3 * number(p, 'x0') + number(p, 'x1'))
    const [first, second, third] = importance(surrogate)

    expect([first, second, third].map((one) => one!.parameter)).toEqual(['x0', 'x1', 'x2'])
    // Variances 9/12 and 1/12, no interactions.
    expect(first!.total).toBeCloseTo(0.9, 1)
    expect(first!.firstOrder).toBeCloseTo(0.9, 1)
    expect(second!.total).toBeCloseTo(0.1, 1)
    expect(third!.total).toBeLessThan(0.01)
  })

  it('finds nothing important where nothing differs', () => {
    const surrogate = knowing(cube(2), () => 1)
    expect(importance(surrogate).map(({ total }) => total)).toEqual([0, 0])
  })
})

describe('pedAnova', () => {
  it('names the parameter that tells the best trials from the rest, a category too', () => {
    const encoded = encodeSpace(space([float('x', 0, 1), float('y', 0, 1), choice('k', 'a', 'b', 'c')]))
    const random = Random.fromSeed(3)
    const points = Array.from({ length: 200 }, () =>
      Float64Array.of(random.uniform(), random.uniform(), random.int(3)),
    )
    const byX = points.toSorted((a, b) => a[0]! - b[0]!)
    const byK = points.toSorted((a, b) => a[2]! - b[2]!)

    expect(pedAnova(encoded, byX)[0]!.share).toBeGreaterThan(0.8)
    expect(pedAnova(encoded, byK)[2]!.share).toBeGreaterThan(0.8)
    expect(pedAnova(encoded, byX).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
  })
})

describe('partialDependence', () => {
  const surrogate = learned(cube(2), (p) => 3 * number(p, 'x0') + Math.sin(6 * number(p, 'x1')), {
    goal: 'maximize',
  })

  it('is the function of one parameter, all others averaged out, in the unit of the objective', () => {
    const { points } = partialDependence(surrogate, 0)
    const [low, high] = [points[0]!, points.at(-1)!]

    expect([low.value, high.value]).toEqual([0, 1])
    expect(high.mean - low.mean).toBeCloseTo(3, 1)
    // The mean of sin 6u over [0, 1] is (1 - cos 6) / 6.
    expect(low.mean).toBeCloseTo((1 - Math.cos(6)) / 6, 1)
    for (const point of points) {
      expect(point.low).toBeLessThanOrEqual(point.mean)
      expect(point.high).toBeGreaterThanOrEqual(point.mean)
    }
  })

  it('is told only where the parameter is active', () => {
    const conditional = space([choice('k', 'a', 'b'), { ...float('x', 0, 1), when: { k: ['b'] } }])
    const model = learned(conditional, (p) => (p.k === 'b' ? number(p, 'x') : 2))
    const { points } = partialDependence(model, 1)
    expect(points[0]!.mean).toBeLessThan(0.5)
    expect(partialDependence(model, 0).points.map(({ value }) => value)).toEqual(['a', 'b'])
  })
})

describe('what is learned on a log scale', () => {
  const metrics = [{ name: 'value', goal: 'minimize', scale: 'log' }] as const
  const exponent = (p: ParameterValues) => 4 * (number(p, 'x0') - 0.3) ** 2 + 2 * number(p, 'x1')
  const snapshot = simulate({
    space: cube(2),
    objective: (p) => 10 ** exponent(p),
    trials: 60,
    sampler: 'sobol',
    metrics,
  })
  const surrogate = fitSurrogate(snapshot, metrics[0], 0, numerics)!

  it('is told in the unit of the objective: predictions, geometric means, and what accounts for a difference', () => {
    const at = { x0: 0.8, x1: 0.1 }
    const best = { x0: 0.3, x1: 0 }
    expect(surrogate.at(encode(surrogate.encoded, at)).mean / 10 ** exponent(at)).toBeCloseTo(1, 1)
    const contributions = compareValues(surrogate, at, best).map(({ contribution }) => contribution)
    expect(contributions[0]! + contributions[1]!).toBeCloseTo(10 ** exponent(at) - 1, 1)
    const { points } = partialDependence(surrogate, 1)
    expect(points.at(-1)!.mean / points[0]!.mean).toBeCloseTo(100, -1)
    expect(points.every(({ low, mean, high }) => low > 0 && low <= mean && mean <= high)).toBe(true)
  })

  it('is important by ratios', () => {
    // Variances of the exponent's terms: of 2 u it is 1/3, of 4 (u - 0.3)^2 16 times the mean fourth power less the squared mean.
    const quadratic = 16 * ((0.7 ** 5 + 0.3 ** 5) / 5 - ((0.7 ** 3 + 0.3 ** 3) / 3) ** 2)
    const [first, second] = importance(surrogate)
    expect([first!.parameter, second!.parameter]).toEqual(['x1', 'x0'])
    expect(second!.total / first!.total).toBeCloseTo(3 * quadratic, 1)
  })

  it('is worth going on for by the unit of the objective', () => {
    const advice = adviseStopping(snapshot, numerics)!
    const best = Math.min(...snapshot.trials.map(({ metrics: told }) => told!.value!))
    expect(advice.regretBound).toBeGreaterThan(0)
    expect(advice.regretBound).toBeLessThan(best)
    expect(advice.expectedImprovement).toBeLessThan(best)
  })
})

describe('compareValues', () => {
  it('shares the predicted difference out among the parameters that differ', () => {
    const f = (p: ParameterValues) => 3 * number(p, 'x0') - number(p, 'x1') + number(p, 'x2')
    const model = knowing(cube(3), f)
    const contributions = compareValues(model, { x0: 0.1, x1: 0.2, x2: 0.5 }, { x0: 0.5, x1: 0.9, x2: 0.5 })

    expect(contributions.map(({ parameter }) => parameter)).toEqual(['x0', 'x1'])
    expect(contributions[0]).toMatchObject({ value: 0.1, against: 0.5 })
    expect(contributions[0]!.contribution).toBeCloseTo(-1.2, 10)
    expect(contributions[1]!.contribution).toBeCloseTo(0.7, 10)
  })

  it('halves an interaction, exactly and by sampled orders', () => {
    const product = (sets: readonly (readonly boolean[])[]) => sets.map(([a, b]) => (a && b ? 8 : 0))
    expect(exactShapley(3, product)).toEqual([4, 4, 0])
    const [a, b, c] = sampledShapley(3, product, Random.fromSeed(1))
    expect(a! + b!).toBeCloseTo(8, 10)
    // An order and its reverse give the interaction to one player each.
    expect([a, b, c]).toEqual([4, 4, 0])
  })
})

describe('stoppingAdvice', () => {
  const advise = (trials: number, f: (x: number) => number, minResults = 10) => {
    const given = cube(1)
    const snapshot = simulate({
      space: given,
      objective: (p) => f(number(p, 'x0')),
      trials,
      sampler: 'sobol',
    })
    const surrogate = fitSurrogate(snapshot, { name: 'value', goal: 'minimize' }, 0, numerics)!
    const ranked = snapshot.trials.toSorted((a, b) => a.metrics!.value! - b.metrics!.value!)
    const points = ranked.map(({ params }) => encode(surrogate.encoded, params))
    return stoppingAdvice(surrogate, points, { minResults })
  }

  it('says to stop where a smooth function is known, and why', () => {
    const advice = advise(40, (x) => (x - 0.4) ** 2)
    expect(advice.advice).toBe('stop')
    expect(advice.reason).toContain('less than')
    expect(advice.expectedImprovement).toBeLessThan(advice.threshold)
  })

  it('says to go on where much is unknown', () => {
    const advice = advise(12, (x) => Math.sin(40 * x))
    expect(advice.advice).toBe('continue')
    expect(advice.regretBound).toBeGreaterThan(0)
  })

  it('expects nothing where all trials fail', () => {
    const given = space([float('x', 0, 1), choice('k', 'fine', 'broken')])
    const objective = (p: ParameterValues) => (p.k === 'broken' ? undefined : (number(p, 'x') - 0.4) ** 2)
    const advice = adviseStopping(simulate({ space: given, objective, trials: 60 }), numerics)!
    expect(advice.advice).toBe('stop')
    expect(advice.regretBound).toBeLessThan(1e-3)
  })

  it('gives no advice to stop before there is enough', () => {
    expect(advise(12, (x) => (x - 0.4) ** 2, 20).reason).toContain('Only 12 trials')
  })
})
