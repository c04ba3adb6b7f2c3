import { expect, it } from 'vitest'
import { requiredImprovement } from '../../../../src/optimizer/acquisition/required-improvement.ts'

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
