import { describe, expect, it } from 'vitest'
import { encode, encodeSpace } from '../../../../src/optimizer/space/encode.ts'
import { selectForFit, selectTraining } from '../../../../src/optimizer/surrogates/training.ts'
import { float, space } from '../../../support/spaces.ts'

const encoded = encodeSpace(space([float('x', 0, 1)]))
const SCALES = Float64Array.of(0.3)
const observe = (...values: (number | undefined)[]) =>
  values.map((value, i) => ({ point: encode(encoded, { x: i / values.length }), value }))
const round = (values: Float64Array) => [...values].map((value) => Number(value.toFixed(3)))

describe('selectTraining', () => {
  it('standardizes the values', () => {
    expect(round(selectTraining(observe(1, 2, 3), encoded, SCALES).values)).toEqual([-1.225, 0, 1.225])
  })

  it('takes a failure to be as bad as the worst, but less certain', () => {
    const training = selectTraining(observe(1, undefined, 3), encoded, SCALES)
    expect(round(training.values)).toEqual([-1, 1, 1])
    expect([...training.noises]).toEqual([0, 0.1, 0])
    expect(training.eligible).toEqual([true, false, true])
  })

  it('draws in what is far worse than the rest, and nothing that is better', () => {
    const { values } = selectTraining(observe(1, 2, 3, 4, 5, 6, 7, 1e300), encoded, SCALES)
    expect(values[7]).toBeLessThan(2.5)
    const good = selectTraining(observe(1, 2, 3, 4, 5, 6, 7, -1e3), encoded, SCALES)
    expect(good.values[7]).toBeLessThan(-2.6)
  })

  it('ranks the completed points, the earlier first where values are equal', () => {
    const { best } = selectTraining(observe(3, 1, undefined, 1), encoded, SCALES)
    expect(best.map(([x]) => x)).toEqual([0.25, 0.75, 0])
  })

  it('knows the noise of a value whose standard error was told, in units of the others', () => {
    const told = observe(1, 2, 3).map((one, i) => ({
      ...one,
      measured: {
        objectives: [one.value!],
        errors: [i / 2],
        bounded: [],
        boundedErrors: [],
        isFeasible: true,
      },
    }))
    const variance = 2 / 3
    expect([...selectTraining(told, encoded, SCALES).noises]).toEqual([
      0,
      expect.closeTo(0.25 / variance, 12),
      expect.closeTo(1 / variance, 12),
    ])
    expect(selectForFit(told, encoded, 150).noises[2]).toBeCloseTo(1 / variance, 12)
  })

  it('keeps of very many the best, the neighbours of the best one and an outline of the rest, in order', () => {
    // The best lie at 0.25 .. 0.35, the very best at 0.3; the worst at the ends.
    const values = Array.from({ length: 5000 }, (_, i) => Math.abs(i / 5000 - 0.3))
    const { rows, best } = selectTraining(observe(...values), encoded, SCALES)
    const kept = rows.map(([x]) => Math.round(x! * 5000))
    expect(kept).toHaveLength(1000)
    expect(kept).toEqual(kept.toSorted((a, b) => a - b))
    expect(kept.filter((i) => i >= 1101 && i <= 1899)).toHaveLength(799)
    const others = kept.filter((i) => i < 1100 || i > 1900)
    expect(Math.min(...others)).toBeLessThan(30)
    expect(Math.max(...others)).toBeGreaterThan(4970)
    expect(best[0]).toEqual(Float64Array.of(0.3))
  })

  it('keeps failures near the best one, and does with fewer results than it would keep', () => {
    const values = Array.from({ length: 1500 }, (_, i) => (i % 10 === 0 ? i : undefined))
    const { rows, eligible } = selectTraining(observe(...values), encoded, SCALES)
    expect(rows).toHaveLength(1000)
    expect(eligible.filter(Boolean).length).toBe(150)
  })

  it('fits on the best and a spread of the others', () => {
    const completed = observe(...Array.from({ length: 400 }, (_, i) => i))
    const { rows } = selectForFit(completed, encoded, 150)
    const kept = rows.map(([x]) => Math.round(x! * 400))
    expect(kept).toHaveLength(150)
    expect(kept.slice(0, 75)).toEqual([...Array(75).keys()])
    expect(kept.at(-1)).toBeGreaterThan(390)
  })
})
