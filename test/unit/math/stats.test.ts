import { describe, expect, it } from 'vitest'
import { mean, plainMean, quantile, standardize } from '../../../src/math/stats.ts'

describe('stats', () => {
  it('takes the mean of values whose sum overflows', () => {
    expect(mean([1.5e308, 1.7e308])).toBeCloseTo(1.6e308, -300)
  })

  it('rounds a plain mean once where its sum is exact', () => {
    expect(plainMean([3, 3, 4])).toBe(10 / 3)
  })

  it('interpolates quantiles', () => {
    expect([0, 0.25, 0.5, 1].map((p) => quantile([1, 2, 4, 10], p))).toEqual([1, 1.75, 3, 10])
  })

  it.each([1, 1e-300, 1e300])('standardizes values of magnitude %d to mean 0 and deviation 1', (unit) => {
    const { values, scale } = standardize([1 * unit, 2 * unit, 3 * unit])
    expect(values[0]).toBeCloseTo(-Math.sqrt(1.5), 12)
    expect(values[1]).toBeCloseTo(0, 12)
    expect(scale / unit).toBeCloseTo(Math.sqrt(2 / 3), 12)
  })

  it('makes equal values 0, rounding errors included', () => {
    expect([...standardize([0.1 + 0.2, 0.3]).values]).toEqual([0, 0])
    expect(standardize([5, 5, 5])).toEqual({ values: new Float64Array(3), mean: 5, scale: 1 })
  })
})
