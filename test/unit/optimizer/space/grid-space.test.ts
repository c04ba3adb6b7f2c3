import { describe, expect, it } from 'vitest'
import { decode, encodeSpace } from '../../../../src/optimizer/space/encode.ts'
import { enumerate } from '../../../../src/optimizer/space/enumerate.ts'
import { type GridSpace, gridFor, gridOf } from '../../../../src/optimizer/space/grid-space.ts'
import { simulate } from '../../../support/simulate.ts'
import { choice, float, int, space } from '../../../support/spaces.ts'

function valuesOf({ encoded }: GridSpace) {
  const all: object[] = []
  enumerate(encoded, 1e6, (point) => all.push(decode(encoded, point)))
  return all
}

describe('gridOf', () => {
  it('spreads values evenly on the scale, ends included', () => {
    const given = encodeSpace(space([float('rate', 1e-4, 1, 'log')]))
    const rates = valuesOf(gridOf(given, 5)).map((values) => Number(Object.values(values)[0]))
    expect(rates.map((rate) => Number(rate.toPrecision(12)))).toEqual([1e-4, 1e-3, 1e-2, 0.1, 1])
  })

  it('takes categories and short lists whole, and thins long ones', () => {
    const given = encodeSpace(space([choice('k', 'a', 'b', 'c'), int('n', 1, 10), int('m', 0, 100)]))
    expect(gridOf(given, 2).encoded.dimensions.map(({ count }) => count)).toEqual([3, 10, 2])
  })

  it('keeps conditions on what is left of a list', () => {
    const given = encodeSpace(space([int('n', 0, 100), { ...choice('k', 'a', 'b'), when: { n: [100] } }]))
    expect(valuesOf(gridOf(given, 3))).toEqual([{ n: 0 }, { n: 50 }, { n: 100, k: 'a' }, { n: 100, k: 'b' }])
  })

  it('gives the same values in the whole space', () => {
    const given = encodeSpace(space([int('n', 0, 100), float('x', -1, 1)]))
    const { encoded, toPoint } = gridOf(given, 3)
    expect(decode(given, toPoint(Float64Array.of(1, 2)))).toEqual(decode(encoded, Float64Array.of(1, 2)))
  })
})

describe('gridFor', () => {
  it('is as coarse as the budget allows, counting what constraints leave', () => {
    const parameters = [float('x', 0, 1), float('y', 0, 1)]
    expect(valuesOf(gridFor(encodeSpace(space(parameters)), 16))).toHaveLength(16)
    expect(valuesOf(gridFor(encodeSpace(space(parameters, ['x == y'])), 16)).length).toBeGreaterThanOrEqual(
      16,
    )
  })
})

it('ends a study when its grid is used up', () => {
  const given = space([choice('k', 'a', 'b'), int('n', 1, 5)])
  const { trials } = simulate({ space: given, objective: () => 1, trials: 30, sampler: 'grid' })
  expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(10)
  expect(trials).toHaveLength(10)
})
