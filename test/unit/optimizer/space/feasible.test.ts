import { describe, expect, it } from 'vitest'
import { contains } from '../../../../src/domain/search-space.ts'
import { Random } from '../../../../src/math/random.ts'
import { findFeasible, isSatisfiable } from '../../../../src/optimizer/space/feasible.ts'
import { choice, float, int, MIXED, space } from '../../../support/spaces.ts'

const x = float('x', 0, 1)
const y = float('y', 0, 1)
const wide = [int('a', 1, 1000), int('b', 1, 1000), int('c', 1, 1000)]

describe('findFeasible', () => {
  it.each([
    ['no constraint', space([x])],
    ['the mixed space', MIXED],
    ['a thin band', space([x, y], ['abs(x + y - 1) <= 1e-6'])],
    ['an equality of floats', space([x, y], ['x + y == 1'])],
    ['two equalities at once', space([x, y], ['x + y == 1', 'x - y == 0.2'])],
    ['a tiny corner', space([x, y], ['x > 0.9999 and y < 0.0001'])],
    [
      'constraints of different units',
      space([float('p', 1e-9, 1, 'log'), float('q', 0, 1e9)], ['p < 1e-8', 'q > 999e6', 'p * q > 5']),
    ],
    ['one of a billion integers', space(wide, ['a == 7 and b == 11 and c == 13'])],
    ['one of few points', space([int('a', 1, 50), int('b', 1, 50)], ['a * b == 2209'])],
    ['a condition that must be left', space([choice('k', 1, 2), { ...x, when: { k: [1] } }], ['x > 2'])],
  ])('finds a point of %s', (_what, tight) => {
    for (const seed of [1, 2, 3]) {
      const values = findFeasible(tight, Random.fromSeed(seed))
      expect(values).toBeDefined()
      expect(contains(tight, values!)).toBe(true)
    }
  })

  it.each([
    ['a contradiction', space([x], ['x > 0.5', 'x < 0.5'])],
    ['a bound outside the range', space([x], ['x > 2'])],
    ['integers without a solution', space(wide, ['a * a + b * b == 3'])],
    ['an expression without a value', space([x], ['log(x - 2) < 1'])],
  ])('finds nothing in %s', (_what, empty) => {
    expect(findFeasible(empty, Random.fromSeed(1))).toBeUndefined()
    expect(isSatisfiable(empty, 1)).toBe(false)
  })

  it('finds the same point for the same stream', () => {
    const find = () => findFeasible(MIXED, Random.fromSeed(4))
    expect(find()).toEqual(find())
  })
})
