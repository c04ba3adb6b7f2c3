import { describe, expect, it } from 'vitest'
import { contains, type SearchSpace } from '../../../../src/domain/search-space.ts'
import { encodeSpace } from '../../../../src/optimizer/space/encode.ts'
import { carryOver } from '../../../../src/optimizer/warm-start/carry-over.ts'
import { choice, float, int, MIXED, space } from '../../../support/spaces.ts'

const over = (values: Record<string, string | number | boolean>, to: SearchSpace, otherwise = {}) =>
  carryOver(values, encodeSpace(to), otherwise)

describe('values of one space as values of another', () => {
  it('takes over what has the same name, a number beyond the range as its end, a number between steps rounded', () => {
    const to = space([float('rate', 0, 1), int('units', 10, 50, 10), choice('kind', 'a', 'b')])
    expect(over({ rate: 0.25, units: 34, kind: 'b', other: 3 }, to)).toEqual({
      rate: 0.25,
      units: 30,
      kind: 'b',
    })
    expect(over({ rate: 7, units: -5, kind: 'a' }, to)).toEqual({ rate: 1, units: 10, kind: 'a' })
    expect(over({ rate: -3 }, space([float('rate', 1e-3, 1, 'log')]))).toEqual({
      rate: 1e-3,
    })
  })

  it('keeps numbers to the last bit', () => {
    const to = space([float('rate', 1e-4, 0.3, 'log')])
    for (const rate of [0.0016287121849469976, 0.1, 0.29999999999999993])
      expect(over({ rate }, to)).toEqual({ rate })
  })

  it('fills what is lacking or of another kind: as told, or the default, or the middle', () => {
    const to = space([float('x', 0, 4), { ...int('n', 1, 9), default: 7 }, choice('kind', 'a', 'b', 'c')])
    expect(over({ kind: 'z', x: 'text' }, to)).toEqual({ x: 2, n: 7, kind: 'b' })
    expect(over({ kind: 'z' }, to, { x: 1, n: 3, kind: 'c' })).toEqual({ x: 1, n: 3, kind: 'c' })
    expect(over({}, to, { kind: 'z' })).toEqual({ x: 2, n: 7, kind: 'b' })
  })

  it('gives a conditional parameter only where it is active', () => {
    const values = { optimizer: 'adam', momentum: 0.9, learningRate: 0.1 }
    const carried = over(values, MIXED)
    expect(carried).not.toHaveProperty('momentum')
    expect(contains(MIXED, carried)).toBe(true)
    expect(over({ ...values, optimizer: 'sgd' }, MIXED).momentum).toBe(0.9)
  })
})
