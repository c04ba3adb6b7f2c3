import { describe, expect, it } from 'vitest'
import type { ParameterSpec } from '../../../../src/domain/search-space.ts'
import { withLogarithms } from '../../../../src/optimizer/space/wide-ranges.ts'
import { simulate } from '../../../support/simulate.ts'

const float = { name: 'decay', type: 'float', min: 1e-5, max: 0.1, scale: 'linear' } as const
const int = { name: 'units', type: 'int', min: 1, max: 1000, scale: 'linear', step: 1 } as const
const spaceOf = (...parameters: ParameterSpec[]) => ({ parameters, constraints: [] })
const scalesIn = (...parameters: ParameterSpec[]) =>
  withLogarithms(spaceOf(...parameters)).parameters.map((spec) => ('scale' in spec ? spec.scale : undefined))

describe('the space that a sampler searches that learns from results', () => {
  it('takes the logarithm of positive ranges of three decades and more', () => {
    expect(scalesIn(float, int)).toEqual(['log', 'log'])
    // A quotient that rounding puts below a thousand.
    expect(0.02 / 2e-5).toBeLessThan(1000)
    expect(scalesIn({ ...float, min: 2e-5, max: 0.02 })).toEqual(['log'])
  })

  it('leaves alone what is narrower, touches 0, or has a step or a prior in its own unit', () => {
    const prior = { mean: 0.01, standardDeviation: 0.01 }
    const left: ParameterSpec[] = [
      { ...float, min: 2e-4 },
      { ...float, min: 0 },
      { ...float, min: -1 },
      { ...float, min: 0.001, max: 1, step: 0.001 },
      { ...float, prior },
      { ...float, scale: 'reverseLog' },
      { ...int, min: 0 },
      { ...int, step: 3 },
      { name: 'kind', type: 'ordinal', values: [1, 10, 1000] },
    ]
    const space = spaceOf(...left)
    expect(withLogarithms(space)).toBe(space)
  })
})

describe('a study of a range of four decades that is said to be linear', () => {
  const study = (sampler: 'auto' | 'sobol') =>
    simulate({
      space: spaceOf(float),
      objective: ({ decay }) => (Math.log10(Number(decay)) + 4) ** 2,
      trials: 12,
      sampler,
    }).trials.map(({ params }) => Number(params.decay))

  it('finds the best value in the lowest thousandth of it', () => {
    const nearest = study('auto').map((decay) => Math.abs(Math.log10(decay) + 4))
    expect(Math.min(...nearest)).toBeLessThan(0.05)
  })

  it('is spread as it says where no model chooses', () => {
    const upperHalf = study('sobol').filter((decay) => decay > 0.05)
    expect(upperHalf).toHaveLength(6)
  })
})
