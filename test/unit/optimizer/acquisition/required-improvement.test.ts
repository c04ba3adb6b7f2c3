import { describe, expect, it } from 'vitest'
import {
  requiredElsewhere,
  requiredImprovement,
} from '../../../../src/optimizer/acquisition/required-improvement.ts'

const plain = { free: [0, 1, 2, 3, 4, 5, 6], isConditional: false }

it('asks for less the more of the budget is spent, and for nothing in its last third', () => {
  const required = [0, 10, 20, 34, 35, 49].map((trials) => requiredImprovement(plain, trials, 50, 0))

  expect(required).toEqual([1, 0.8 ** 2, 0.6 ** 2, (1 - 34 / 50) ** 2, 0, 0])
})

it.each([1000, Number.POSITIVE_INFINITY])(
  'searches no longer than dimensions need with a budget of %d',
  (budget) => {
    const two = { free: [0, 1], isConditional: false }

    expect([10, 13, 14].map((trials) => requiredImprovement(two, trials, budget, 0))).toEqual([
      0.25,
      (1 - 13 / 20) ** 2,
      0,
    ])
  },
)

it('asks for nothing where parameters depend on others until there are fifteen trials', () => {
  const conditional = { ...plain, isConditional: true }

  expect([0, 14, 15].map((trials) => requiredImprovement(conditional, trials, 50, 0))).toEqual([
    0,
    0,
    0.7 ** 2,
  ])
})

it('searches longer where results are noisy, three times as long at most', () => {
  const two = { free: [0, 1], isConditional: false }
  const lastOf = (noise: number) => {
    const trials = Array.from({ length: 100 }, (_, k) => k)
    return trials.findLast((k) => requiredImprovement(two, k, 1000, noise) > 0)
  }

  expect([0, 0.05, 0.1, 1].map(lastOf)).toEqual([13, 27, 41, 41])
})

describe('once every improvement counts', () => {
  const two = { free: [0, 1], isConditional: false }
  const stalled = [0.5, -1, 0.2, -1.0005, 0.1, -1, 0, 0.3, 0.4, 0.6]

  it('looks elsewhere with every third proposal while the last results brought nothing', () => {
    const required = [30, 31, 32, 33, 99].map((index) => requiredElsewhere(two, stalled, index, 100))

    expect(required).toEqual([0.7 ** 2, 0, 0, 0.67 ** 2, 0.01 ** 2].map((value) => expect.closeTo(value, 12)))
    expect(requiredElsewhere(two, stalled, 30, Number.POSITIVE_INFINITY)).toBe(1)
  })

  it('goes on where it gains, and with few results', () => {
    expect(requiredElsewhere(two, [...stalled, -1.1], 30, 100)).toBe(0)
    expect(requiredElsewhere(two, stalled.slice(0, 8), 30, 100)).toBe(0)
    expect(requiredElsewhere({ ...two, isConditional: true }, stalled, 30, 100)).toBe(0)
    expect(requiredElsewhere({ ...two, free: [0, 1, 2, 3, 4, 5] }, stalled, 30, 100)).toBe(0)
  })
})
