import { describe, expect, it } from 'vitest'
import { Random } from '../../../../../src/math/random.ts'
import { bend, fitTail } from '../../../../../src/trainers/mlp/data/long-tails.ts'
import { fitFeatures, fitScaling, scaleFeatures } from '../../../../../src/trainers/mlp/data/standardize.ts'

const random = Random.fromSeed(5)
const NORMAL = Array.from({ length: 400 }, () => random.normal())
const LOG_NORMAL = NORMAL.map((value) => Math.exp(2 * value))

/** One column, by all of its rows. */
function inputs(values: readonly number[], fitted = values): number[] {
  const table = Float64Array.from([...fitted, ...values])
  const scaling = fitFeatures(table, 1, [...fitted.keys()])
  return [
    ...scaleFeatures(
      table,
      values.map((_, i) => fitted.length + i),
      scaling,
    ),
  ]
}

describe('a long tail', () => {
  it.each([
    ['normal numbers', NORMAL],
    ['a constant', NORMAL.map(() => 7)],
    ['a flag', NORMAL.map((value) => Number(value > 0))],
    ['a flag that is rarely set', NORMAL.map((value) => Number(value > 2.5))],
    ['counts of rare events', NORMAL.map((value) => Math.max(0, Math.round(4 * value - 4)))],
    ['uniform numbers', NORMAL.map((_, i) => i)],
  ])('is none of %s, which stay as they are', (_what, values) => {
    const table = Float64Array.from(values)
    const rows = [...values.keys()]

    expect(fitFeatures(table, 1, rows)).toEqual({ ...fitScaling(table, 1, rows), tails: [] })
  })

  it('makes log-normal numbers nearly normal ones', () => {
    for (const [i, input] of inputs(LOG_NORMAL).entries()) {
      if (Math.abs(NORMAL[i]!) < 1.5) expect(Math.abs(input - NORMAL[i]!)).toBeLessThan(0.35)
    }
  })

  it('is bent alike to either side', () => {
    const mirrored = inputs(LOG_NORMAL.map((value) => -value))

    for (const [i, input] of inputs(LOG_NORMAL).entries()) expect(mirrored[i]).toBeCloseTo(-input, 5)
  })

  it.each([1e6, -300, 9999, Number.MAX_VALUE])('of one wrong cell, %d, hardly moves the others', (wrong) => {
    const clean = inputs(NORMAL)
    const soiled = inputs(NORMAL.with(7, wrong))

    const ofOthers = soiled.toSpliced(7, 1)
    expect(Math.abs(soiled[7]!)).toBeLessThan(15)
    for (const [i, input] of clean.toSpliced(7, 1).entries()) {
      expect(Math.abs(ofOthers[i]! - input)).toBeLessThan(0.25 + 0.35 * Math.abs(input))
    }
  })

  it.each([
    ['log-normal numbers', LOG_NORMAL],
    ['normal numbers and a wrong cell', NORMAL.with(7, 1e6)],
    ['counts', LOG_NORMAL.map(Math.round)],
  ])('of %s keeps their order and ends nowhere', (_what, fitted) => {
    const further = [-1e30, -1e9, -1e4, -100, -1, 0, 0.5, 1, 3, 100, 1e4, 1e9, 1e30]
    const ordered = inputs(further, fitted)

    for (let i = 1; i < ordered.length; i++) expect(ordered[i]).toBeGreaterThan(ordered[i - 1]!)
  })

  it.each([
    ['the least of a double', LOG_NORMAL.map((value) => Math.round(value) * 5e-324)],
    ['the greatest of a double', NORMAL.map((value, i) => (i === 3 ? -Number.MAX_VALUE : value * 1e305))],
    ['both', NORMAL.map((value, i) => (i === 3 ? Number.MAX_VALUE : value * 1e-300))],
  ])('stays a small number at %s', (_what, values) => {
    expect(fitTail(values)).toBeDefined()
    for (const input of inputs(values)) expect(Math.abs(input)).toBeLessThan(20)
  })

  it('learns from the fitted rows alone', () => {
    const [some, all] = [LOG_NORMAL, [...LOG_NORMAL, 1e9]].map((values) =>
      fitFeatures(Float64Array.from(values), 1, [...LOG_NORMAL.keys()]),
    )

    expect(all).toEqual(some)
  })

  it('is bent from where its logarithms are symmetric', () => {
    const { curve, mean } = fitTail(LOG_NORMAL.map((value) => value + 1000))!

    expect(curve.center).toBeCloseTo(1000, 0)
    expect(bend(curve.center, curve)).toBe(0)
    expect(mean).toBeCloseTo(Math.asinh(8), 9)
  })
})
