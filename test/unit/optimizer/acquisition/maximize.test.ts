import { describe, expect, it } from 'vitest'
import type { ParameterValues, SearchSpace } from '../../../../src/domain/search-space.ts'
import { Random } from '../../../../src/math/random.ts'
import type { Acquisition } from '../../../../src/optimizer/acquisition/acquisition.ts'
import { maximizeAcquisition } from '../../../../src/optimizer/acquisition/maximize.ts'
import { decode, encodeSpace, type Point } from '../../../../src/optimizer/space/encode.ts'
import { choice, float, int, space } from '../../../support/spaces.ts'

/** -sum (feature - target)². */
function paraboloid(target: readonly number[], asked: (points: number) => void = () => {}): Acquisition {
  const evaluate = (points: readonly Float64Array[]) => {
    asked(points.length)
    return Float64Array.from(points, (x) => -x.reduce((sum, value, i) => sum + (value - target[i]!) ** 2, 0))
  }
  return {
    evaluate,
    evaluateWithGradients: (points) => ({
      values: evaluate(points),
      gradients: Float64Array.from(
        points.flatMap((x) => Array.from(x, (value, i) => -2 * (value - target[i]!))),
      ),
    }),
  }
}

/** Maximizes it over a space: the maximum is at the target. */
function maximize(
  given: SearchSpace,
  target: number[],
  isNew: (point: Point) => boolean = () => true,
  {
    screen,
    candidates = 64,
    looks = 500_000,
    acquisition = paraboloid(target),
  }: { screen?: Acquisition; candidates?: number; looks?: number; acquisition?: Acquisition } = {},
): ParameterValues {
  const encoded = encodeSpace(given)
  const point = maximizeAcquisition({
    encoded,
    acquisition,
    ...(screen && { screen }),
    anchors: [],
    known: [],
    lengthScales: Float64Array.from(target, (_, i) => 0.2 + 0.1 * i),
    isNew,
    random: Random.fromSeed(1),
    effort: { candidates, starts: 3, looks },
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

  it('shows every candidate to the cheaper acquisition, and finds what the dearer one wants', () => {
    let screened = 0
    const screen = paraboloid([0.4, 0.5], (points) => {
      screened += points
    })
    const square = space([float('x', 0, 1), float('y', 0, 1)])
    const found = maximize(square, [0.3217, 0.6], () => true, { screen, candidates: 1024 })
    expect(found).toEqual({ x: expect.closeTo(0.3217, 5), y: expect.closeTo(0.6, 5) })
    expect(screened).toBe(1024)
  })

  it('looks at every new point of a small space', () => {
    const small = space([int('a', 0, 9), int('b', 0, 9)])
    expect(maximize(small, [0.35, 0.75])).toEqual({ a: 3, b: 7 })
    const isNew = ([a, b]: Point) => a !== 3 || b !== 7
    expect(maximize(small, [0.35, 0.74], isNew)).toEqual({ a: 3, b: 6 })
  })

  it('starts from fewer candidates where each has very many neighbours', () => {
    const lattice = space(Array.from({ length: 20 }, (_, k) => int(`n${k}`, 0, 9)))
    const target = Array.from({ length: 20 }, () => 0.76)
    const askedWith = (looks: number) => {
      const asked: number[] = []
      const acquisition = paraboloid(target, (points) => asked.push(points))
      expect(new Set(Object.values(maximize(lattice, target, undefined, { looks, acquisition })))).toEqual(
        new Set([7]),
      )
      return Math.max(...asked.slice(1))
    }
    // Each asks about its nine neighbours along a dimension; 20 dimensions of 10 values, 20 numbers a neighbour.
    expect(askedWith(3 * 20 * 220)).toBe(27)
    expect(askedWith(2 * 20 * 220)).toBe(18)
    expect(askedWith(1)).toBe(9)
  })

  it('ends next to the best point of a finite space when that one was tried', () => {
    const lattice = space(['a', 'b', 'c', 'd', 'e'].map((name) => int(name, 0, 9)))
    const isNew = (point: Point) => point.some((level) => level !== 7)
    const found = maximize(lattice, [0.76, 0.76, 0.76, 0.76, 0.76], isNew)
    const levels = Object.values(found).map(Number)
    expect(levels.sort((a, b) => a - b)).toEqual([7, 7, 7, 7, 8])
  })
})
