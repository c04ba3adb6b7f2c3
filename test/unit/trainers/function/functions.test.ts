import { describe, expect, it } from 'vitest'
import { FUNCTIONS } from '../../../../src/trainers/function/functions.ts'

const cases = Object.entries(FUNCTIONS).flatMap(([name, fn]) =>
  [...new Set([fn.dimensions.min, fn.dimensions.default, Math.min(fn.dimensions.max, 7)])].map(
    (d) => [name, d, fn] as const,
  ),
)

describe.each(cases)('%s in %d dimensions', (_name, d, fn) => {
  const optimum = fn.optimum(d)
  const point = fn.optimalPoint(d)

  it('has its optimum at its optimal point, inside the box', () => {
    if (optimum === undefined || point === undefined) return expect(point).toBe(optimum)

    expect(point).toHaveLength(d)
    // 1e-6: the published points of the Hartmann functions have eight digits.
    expect(Math.abs(fn.evaluate(point) - optimum)).toBeLessThan(1e-6 * Math.max(1, Math.abs(optimum)))
    point.forEach((v, i) => {
      const [min, max] = fn.box(i)
      expect(v).toBeGreaterThanOrEqual(min)
      expect(v).toBeLessThanOrEqual(max)
    })
  })

  it('is nowhere below its optimum on a lattice of the box', () => {
    const perAxis = d <= 2 ? 101 : d <= 3 ? 21 : 4
    const floor = optimum ?? Number.NEGATIVE_INFINITY
    let lowest = Number.POSITIVE_INFINITY
    for (let k = 0; k < Math.min(perAxis ** d, 20_000); k++) {
      const x = Array.from({ length: d }, (_, i) => {
        const [min, max] = fn.box(i)
        return min + ((max - min) * (Math.floor(k / perAxis ** i) % perAxis)) / (perAxis - 1)
      })
      lowest = Math.min(lowest, fn.evaluate(x))
    }
    expect(lowest).toBeGreaterThanOrEqual(floor - 1e-9 * Math.max(1, Math.abs(floor)))
  })
})
