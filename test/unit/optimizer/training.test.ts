import { describe, expect, it } from 'vitest'
import { encode, encodeSpace } from '../../../src/optimizer/encode.ts'
import { selectForFit, selectTraining } from '../../../src/optimizer/training.ts'
import { float, space } from '../../support/spaces.ts'

const encoded = encodeSpace(space([float('x', 0, 1)]))
const observe = (...values: (number | undefined)[]) =>
  values.map((value, i) => ({ point: encode(encoded, { x: i / values.length }), value }))
const round = (values: Float64Array) => [...values].map((value) => Number(value.toFixed(3)))

describe('selectTraining', () => {
  it('standardizes the values', () => {
    expect(round(selectTraining(observe(1, 2, 3), encoded).values)).toEqual([-1.225, 0, 1.225])
  })

  it('takes a failure to be as bad as the worst, but less certain', () => {
    const training = selectTraining(observe(1, undefined, 3), encoded)
    expect(round(training.values)).toEqual([-1, 1, 1])
    expect([...training.noises]).toEqual([0, 0.1, 0])
    expect(training.eligible).toEqual([true, false, true])
  })

  it('draws in what is far worse than the rest, and nothing that is better', () => {
    const { values } = selectTraining(observe(1, 2, 3, 4, 5, 6, 7, 1e300), encoded)
    expect(values[7]).toBeLessThan(2.5)
    const good = selectTraining(observe(1, 2, 3, 4, 5, 6, 7, -1e3), encoded)
    expect(good.values[7]).toBeLessThan(-2.6)
  })

  it('ranks the completed points, the earlier first where values are equal', () => {
    const { best } = selectTraining(observe(3, 1, undefined, 1), encoded)
    expect(best.map(([x]) => x)).toEqual([0.25, 0.75, 0])
  })

  it('keeps the best and the newest of very many, in order', () => {
    const values = Array.from({ length: 1200 }, (_, i) => (i < 300 ? i : 1000))
    const { rows } = selectTraining(observe(...values), encoded)
    const kept = rows.map(([x]) => Math.round(x! * 1200))
    expect(kept).toEqual([...Array(250).keys(), ...Array.from({ length: 250 }, (_, i) => 950 + i)])
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
