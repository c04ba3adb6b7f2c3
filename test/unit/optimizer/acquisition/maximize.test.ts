import { describe, expect, it } from 'vitest'
import type { ParameterValues, SearchSpace } from '../../../../src/domain/search-space.ts'
import { Random } from '../../../../src/math/random.ts'
import { maximizeAcquisition } from '../../../../src/optimizer/acquisition/maximize.ts'
import { decode, encodeSpace, type Point } from '../../../../src/optimizer/encode.ts'
import { choice, float, int, space } from '../../../support/spaces.ts'

/** Maximizes -sum (feature - target)² over a space, which has its maximum at the target. */
function maximize(
  given: SearchSpace,
  target: number[],
  isNew: (point: Point) => boolean = () => true,
): ParameterValues {
  const encoded = encodeSpace(given)
  const valueAt = (x: Float64Array) => -x.reduce((sum, value, i) => sum + (value - target[i]!) ** 2, 0)
  const evaluate = (points: readonly Float64Array[]) => Float64Array.from(points, valueAt)
  const point = maximizeAcquisition({
    encoded,
    acquisition: {
      evaluate,
      evaluateWithGradients: (points) => ({
        values: evaluate(points),
        gradients: Float64Array.from(
          points.flatMap((x) => Array.from(x, (value, i) => -2 * (value - target[i]!))),
        ),
      }),
    },
    anchors: [],
    lengthScales: Float64Array.from(target, (_, i) => 0.2 + 0.1 * i),
    isNew,
    random: Random.fromSeed(1),
    effort: { candidates: 64, starts: 3 },
  })
  return decode(encoded, point!)
}

describe('maximizeAcquisition', () => {
  it('climbs to a continuous maximum, or to the border before it', () => {
    const found = maximize(space([float('x', 0, 1), float('y', 0, 1)]), [0.3217, 1.4])
    expect(found).toEqual({ x: expect.closeTo(0.3217, 5), y: 1 })
  })

  it('searches categories, short and long lattices together with the rest', () => {
    const mixed = space([choice('c', 'p', 'q', 'r'), int('n', 1, 5), int('m', 0, 999), float('x', 0, 1)])
    expect(maximize(mixed, [2, 0.7, 0.1234, 0.5])).toEqual({
      c: 'r',
      n: 4,
      m: 123,
      x: expect.closeTo(0.5, 5),
    })
  })

  it('stays feasible', () => {
    const { x, y } = maximize(space([float('x', 0, 1), float('y', 0, 1)], ['x + y <= 0.5']), [0.9, 0.9])
    expect(Number(x) + Number(y)).toBeLessThanOrEqual(0.5 + 1e-9)
    expect(Number(x) + Number(y)).toBeGreaterThan(0.4)
  })

  it('looks at every new point of a small space', () => {
    const small = space([int('a', 0, 9), int('b', 0, 9)])
    expect(maximize(small, [0.35, 0.75])).toEqual({ a: 3, b: 7 })
    const isNew = ([a, b]: Point) => a !== 3 || b !== 7
    expect(maximize(small, [0.35, 0.74], isNew)).toEqual({ a: 3, b: 6 })
  })
})
