import { describe, expect, it } from 'vitest'
import type { SearchSpace } from '../../../../src/domain/search-space.ts'
import { Random } from '../../../../src/math/random.ts'
import {
  drawWithin,
  isNextTo,
  isWithin,
  regionFor,
  regionSide,
  type TrustRegion,
  trustRegion,
} from '../../../../src/optimizer/acquisition/trust-region.ts'
import { encodeSpace } from '../../../../src/optimizer/space/encode.ts'
import { featuresOf } from '../../../../src/optimizer/space/features.ts'

const space: SearchSpace = {
  parameters: [
    { name: 'x', type: 'float', min: 0, max: 1, scale: 'linear' },
    { name: 'y', type: 'float', min: 0, max: 1, scale: 'linear' },
    { name: 'n', type: 'int', min: 1, max: 100, step: 1, scale: 'linear' },
    { name: 'c', type: 'categorical', choices: ['a', 'b', 'c'] },
  ],
  constraints: [],
}
const encoded = encodeSpace(space)
const centre = Float64Array.of(0.5, 0.02, 40, 1)
const lengthScales = Float64Array.of(4, 1, 1, 1)

describe('regionSide', () => {
  const sideAfter = (values: (number | undefined)[]) => regionSide([5, ...values], 1, 0.01, 6)

  it('is as at first before anything happened', () => {
    expect(sideAfter([])).toBe(0.8)
  })

  it('doubles with three gains in a row, up to twice what it was', () => {
    expect(sideAfter([4, 3])).toBe(0.8)
    expect(sideAfter([4, 3, 2])).toBe(1.6)
    expect(sideAfter([4, 3, 2, 1, 0, -1])).toBe(1.6)
  })

  it('halves with as many failures as dimensions, a tiny gain and a failed trial counting as such', () => {
    expect(sideAfter([6, 6, 6, undefined, 4.999])).toBe(0.8)
    expect(sideAfter([6, 6, 6, undefined, 4.999, 7])).toBe(0.4)
  })

  it('starts anew when it has become too small', () => {
    expect(sideAfter(Array.from({ length: 6 * 6 }, () => 6))).toBe(0.8 / 64)
    expect(sideAfter(Array.from({ length: 7 * 6 }, () => 6))).toBe(0.8)
  })
})

describe('isNextTo', () => {
  const region = trustRegion(encoded, centre, Float64Array.of(1, 1, 1, 1), 0.2)
  const isNextToCentre = (within: TrustRegion, point: Float64Array) =>
    isNextTo(encoded, within, featuresOf(encoded, centre), featuresOf(encoded, point))

  it('goes by the sides of the region', () => {
    expect(isNextToCentre(region, centre.with(0, 0.509))).toBe(true)
    expect(isNextToCentre(region, centre.with(0, 0.511))).toBe(false)
  })

  it('tells the next value of a lattice apart in a small region, and another category in any', () => {
    const tiny = trustRegion(encoded, centre, lengthScales, 1e-4)
    expect(isNextToCentre(tiny, centre.with(2, 41))).toBe(false)
    expect(isNextToCentre(region, centre.with(3, 2))).toBe(false)
  })
})

describe('trustRegion', () => {
  const region = trustRegion(encoded, centre, lengthScales, 0.2)

  it('is longer where the model is smoother, and ends with the axis', () => {
    const [x, y] = [region.upper[0]! - region.lower[0]!, region.upper[1]! - 0.02]
    expect(x / (2 * y)).toBeCloseTo(4, 9)
    expect(region.lower[1]).toBe(0)
  })

  it('holds what is drawn from it', () => {
    const random = Random.fromSeed(1)
    for (let k = 0; k < 100; k++) {
      const unit = [random.uniform(), 0.99 * random.uniform(), 0.5, random.uniform()]
      expect(isWithin(encoded, region, drawWithin(encoded, region, unit, random))).toBe(true)
    }
  })

  it('lets a lattice move by one, and a category to any other, however small it is', () => {
    const tiny = trustRegion(encoded, centre, lengthScales, 1e-4)
    expect(isWithin(encoded, tiny, centre.with(2, 41).with(3, 0))).toBe(true)
    expect(isWithin(encoded, tiny, centre.with(2, 43))).toBe(false)
    expect(isWithin(encoded, tiny, centre.with(0, 0.51))).toBe(false)
  })
})

describe('regionFor', () => {
  const observations = (count: number) =>
    Array.from({ length: count }, (_, k) => ({ point: centre, value: k === 0 ? 0 : 1 }))
  const regionAt = (count: number, index: number) =>
    regionFor(
      { observations: observations(count) },
      { best: [centre], scale: 1 },
      { encoded, lengthScales },
      index,
    )

  it('is none within the range of the exact model', () => {
    expect(regionAt(1000, 1001)).toBeUndefined()
  })

  it('leaves every fourth proposal free', () => {
    const kept = [1001, 1002, 1003, 1004].map((index) => regionAt(1001, index) !== undefined)
    expect(kept).toEqual([true, true, true, false])
  })
})

describe('a region around a value of a lattice', () => {
  it('has both its neighbours, however small it is and wherever they lie on the axis', () => {
    const steps = encodeSpace({
      parameters: [
        { name: 'n', type: 'int', min: 1, max: 1000, step: 1, scale: 'log' },
        { name: 'x', type: 'float', min: 0, max: 1, scale: 'linear' },
      ],
      constraints: [],
    })
    const levels = [1, 2, 3, 4, 5].map((n) => Float64Array.of(steps.dimensions[0]!.levelOf(n), 0.5))
    const region = trustRegion(steps, levels[2]!, Float64Array.of(1, 1), 2 ** -7)

    expect(levels.map((point) => isWithin(steps, region, point))).toEqual([false, true, true, true, false])
  })
})
