import { describe, expect, it } from 'vitest'
import type { ParameterSpec } from '../../../../src/domain/search-space.ts'
import {
  activity,
  decode,
  encode,
  encodeSpace,
  fromUnitCube,
} from '../../../../src/optimizer/space/encode.ts'
import { featuresOf, writeFeaturesAlong } from '../../../../src/optimizer/space/features.ts'
import { choice, float, int, MIXED, space } from '../../../support/spaces.ts'

const only = (spec: ParameterSpec) => encodeSpace(space([spec])).dimensions[0]!

describe('encode', () => {
  it('puts the middle of a scale at 0.5', () => {
    expect(only(float('x', -2, 4)).valueAt(0.5)).toBe(1)
    expect(only(float('x', 0.01, 100, 'log')).valueAt(0.5)).toBeCloseTo(1, 12)
    expect(only(float('x', 0.001, 1, 'reverseLog')).valueAt(0.5)).toBeCloseTo(1.001 - Math.sqrt(0.001), 12)
  })

  it.each([
    float('x', -1e308, 1e308),
    float('x', 1e-300, 1e300, 'log'),
    float('x', 1e-300, 1e300, 'reverseLog'),
    float('x', 5e-324, 1e-323),
  ])('keeps the ends of %j', (spec) => {
    const { valueAt, levelOf } = only(spec)
    expect([valueAt(0), valueAt(1)]).toEqual([spec.min, spec.max])
    expect([levelOf(spec.min), levelOf(spec.max)]).toEqual([0, 1])
  })

  it.each([
    int('n', 1, 9, 2),
    int('n', -3, 3),
    { ...int('n', 1, 500), scale: 'log' as const },
    { ...int('n', 1, 500, 3), scale: 'reverseLog' as const },
    { ...float('x', 0, 1), step: 0.1 },
    { name: 'o', type: 'ordinal' as const, values: [0, 1e-5, 1e-4, 1e-3] },
  ])('gives each value of %j a unit of its own, in order, and finds it again', (spec) => {
    const { count, valueAt, levelOf, unitAt, levelAt } = only(spec)
    const levels = Array.from({ length: count }, (_, level) => level)
    expect(levels.map((level) => levelOf(valueAt(level)))).toEqual(levels)
    const units = levels.map(unitAt)
    expect(units.every((unit, i) => unit > 0 && unit < 1 && (i === 0 || unit > units[i - 1]!))).toBe(true)
    expect(units.map(levelAt)).toEqual(levels)
    expect([levelAt(0), levelAt(1)]).toEqual([0, count - 1])
  })

  it('spaces ordinals evenly, whatever their values are', () => {
    const units = (...values: (number | string)[]) => {
      const { unitAt } = only({ name: 'o', type: 'ordinal', values })
      return values.map((_, level) => Number(unitAt(level).toFixed(4)))
    }
    expect(units(16, 32, 64, 128)).toEqual([0.125, 0.375, 0.625, 0.875])
    expect(units(0, 1e-5, 1e-4, 1e-3)).toEqual([0.125, 0.375, 0.625, 0.875])
    expect(units('low', 'high')).toEqual([0.25, 0.75])
  })

  it('decodes what it encoded, with the active parameters only', () => {
    const encoded = encodeSpace(MIXED)
    const adam = { optimizer: 'adam', learningRate: 0.01, units: 30, layers: 3, batch: 32, only: 'one' }
    expect(decode(encoded, encode(encoded, adam))).toEqual({
      ...adam,
      learningRate: expect.closeTo(0.01, 15),
    })
    const sgd = { ...adam, optimizer: 'sgd', momentum: 0.9, nesterov: true, damping: 0.3 }
    expect(Object.keys(decode(encoded, encode(encoded, sgd)))).toHaveLength(9)
  })

  it('shows the model varying parameters only, inactive ones as a constant', () => {
    const encoded = encodeSpace(MIXED)
    const point = fromUnitCube(encoded, [0, 0.2, 0.9, 0.9, 0.9, 0.5, 0.5, 0.5])
    expect(encoded.free).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect([...activity(encoded, point)]).toEqual([1, 1, 0, 0, 0, 1, 1, 1, 1])
    expect([...featuresOf(encoded, point)].slice(0, 5)).toEqual([0, 0.2, 0.5, -1, 0.5])
  })

  it('writes the features of other levels of one dimension as it would those of each point', () => {
    const encoded = encodeSpace(MIXED)
    const point = fromUnitCube(encoded, [0.5, 0.2, 0.9, 0.1, 0.9, 0.5, 0.5, 0.5])
    const features = featuresOf(encoded, point)
    for (const [index, levels] of [[0, [0, 1, 2]] as const, [3, [1, 0]] as const, [5, [3, 900]] as const]) {
      const rows = levels.map(() => new Float64Array(features.length))
      writeFeaturesAlong(encoded, { point, features }, index, levels, rows)
      expect(rows).toEqual(levels.map((level) => featuresOf(encoded, point.with(index, level))))
    }
  })

  it('knows how many points there are at most', () => {
    expect(encodeSpace(space([int('n', 1, 3), choice('c', 1, 2)])).size).toBe(6)
    expect(encodeSpace(MIXED).size).toBe(Infinity)
  })
})
