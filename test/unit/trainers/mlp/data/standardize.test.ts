import { describe, expect, it } from 'vitest'
import {
  fitFeatures,
  fitScaling,
  scaleFeatures,
  scaleRows,
} from '../../../../../src/trainers/mlp/data/standardize.ts'

describe('standardizing', () => {
  // Columns: 1 2 3 | constant 0.1 | 10 20 90.
  const table = Float64Array.from([1, 0.1, 10, 2, 0.1, 20, 3, 0.1, 90])

  it('gives the fitted rows mean 0 and deviation 1 in each column that varies', () => {
    const scaled = scaleRows(table, [0, 1, 2], fitScaling(table, 3, [0, 1, 2]))

    for (const column of [0, 2]) {
      const values = [0, 1, 2].map((row) => scaled[row * 3 + column]!)
      const mean = values.reduce((sum, value) => sum + value, 0) / 3
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3
      expect(mean).toBeCloseTo(0, 6)
      expect(variance).toBeCloseTo(1, 6)
    }
  })

  it.each([1e-15, 1e-200, 1e200])('does the same for columns of numbers around %d', (unit) => {
    const column = Float64Array.of(1, 2, 3).map((value) => value * unit)
    const scaled = scaleRows(column, [0, 1, 2], fitScaling(column, 1, [0, 1, 2]))

    for (const [i, value] of [-Math.sqrt(1.5), 0, Math.sqrt(1.5)].entries())
      expect(scaled[i]).toBeCloseTo(value, 6)
  })

  it.each([
    [Number.MAX_VALUE, 0, 1],
    [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MAX_VALUE],
    [5e-324, 0, 0],
  ])('keeps features between the clips for numbers at the limits of a double: %d %d %d', (...column) => {
    const table = Float64Array.from(column)
    const scaled = scaleFeatures(table, [0, 1, 2], fitFeatures(table, 1, [0, 1, 2]))

    for (const value of scaled) expect(Math.abs(value)).toBeLessThanOrEqual(3)
  })

  it('makes a constant column zero, rounding error and all', () => {
    const scaled = scaleRows(table, [0, 1, 2], fitScaling(table, 3, [0, 1, 2]))

    // Float32 of a difference of a few 1e-17: not exactly zero, but no signal.
    for (const row of [0, 1, 2]) expect(Math.abs(scaled[row * 3 + 1]!)).toBeLessThan(1e-15)
  })

  it('learns from the fitted rows alone', () => {
    const changed = table.with(8, 9e9)

    expect(fitScaling(changed, 3, [0, 1])).toEqual(fitScaling(table, 3, [0, 1]))
    expect(scaleRows(table, [2], fitScaling(table, 3, [0, 1]))[2]).toBe(15)
  })

  it('clips a feature that is far out', () => {
    const scaling = fitFeatures(table, 3, [0, 1])

    expect(scaleFeatures(table, [2], scaling)[2]).toBe(3)
    expect(scaleFeatures(table, [0], scaling)).toEqual(scaleRows(table, [0], scaling))
  })
})
