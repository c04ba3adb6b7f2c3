import { describe, expect, it } from 'vitest'
import type { FloatSpec, ParameterValues } from '../../../../src/domain/search-space.ts'
import type { StudySnapshot } from '../../../../src/domain/study-snapshot.ts'
import { bestValue, simulate } from '../../../support/simulate.ts'
import { float, space } from '../../../support/spaces.ts'

const NAMES = ['a', 'b', 'c', 'd']
const cube = (fields: Partial<FloatSpec> = {}) =>
  space(NAMES.map((name) => ({ ...float(name, 0, 1), ...fields })))
const numbersOf = (params: ParameterValues) => NAMES.map((name) => Number(params[name]))
const SEEDS = [1, 2, 3, 4]

function successesOf({ trials }: StudySnapshot): number[] {
  return trials.flatMap(({ state, number }) => (state === 'completed' ? [number] : []))
}

describe('where nearly all trials fail', () => {
  it('a first success is gone on from', () => {
    const centre = [0.3, 0.4, 0.5, 0.6]
    const distance = (params: ParameterValues) =>
      Math.hypot(...numbersOf(params).map((u, i) => u - centre[i]!))
    // A thirtieth of the cube succeeds.
    const objective = (params: ParameterValues) => (distance(params) > 0.29 ? undefined : distance(params))
    for (const seed of SEEDS) {
      const [first, ...others] = successesOf(simulate({ space: cube(), objective, trials: 60, seed }))
      expect(first).toBeLessThan(60)
      expect(others.length).toBeGreaterThan((59 - first!) / 2)
    }
  }, 60_000)
})

describe('while all trials fail', () => {
  it('corners are looked at, which an even design leaves out', () => {
    // Two parameters are to be small: a corner of theirs, a four-hundredth of the cube.
    const objective = ({ a, b, c }: ParameterValues) =>
      Number(a) > 0.05 || Number(b) > 0.05 ? undefined : Number(c)
    for (const seed of SEEDS) {
      expect(successesOf(simulate({ space: cube(), objective, trials: 40, seed })).length).toBeGreaterThan(0)
    }
  }, 60_000)

  it('two in three stay with the even design, and all with what the user believes', () => {
    const believed = cube({ prior: { mean: 0.4, standardDeviation: 0.1 } })
    const { trials } = simulate({ space: believed, objective: () => undefined, trials: 35 })
    const origins = trials.slice(5).map(({ origin }) => origin?.sampler)
    expect(origins.filter((sampler) => sampler === 'sobol')).toHaveLength(20)
    expect(origins.filter((sampler) => sampler === 'gaussian-process')).toHaveLength(10)
    for (const { params } of trials) for (const u of numbersOf(params)) expect(u).toBeLessThan(0.95)
  })
})

describe('where most results are the same', () => {
  it('finds the few places that differ, and goes down from there', () => {
    const centre = [0.3, 0.4, 0.5, 0.6]
    const steps = (params: ParameterValues) =>
      Math.floor(10 * Math.hypot(...numbersOf(params).map((u, i) => u - centre[i]!)))
    for (const seed of SEEDS) {
      const objective = (params: ParameterValues) => Math.min(steps(params), 3)
      expect(bestValue(simulate({ space: cube(), objective, trials: 60, seed }))).toBeLessThan(2)
    }
  }, 60_000)
})
