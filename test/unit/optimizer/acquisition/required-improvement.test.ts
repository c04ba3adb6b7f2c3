import { expect, it } from 'vitest'
import { requiredImprovement } from '../../../../src/optimizer/acquisition/required-improvement.ts'

it('asks for less the more of the budget is spent, and for nothing in its last third', () => {
  const required = [0, 10, 20, 34, 35, 49].map((trials) => requiredImprovement(7, trials, 50))

  expect(required).toEqual([1, 0.8 ** 2, 0.6 ** 2, (1 - 34 / 50) ** 2, 0, 0])
})

it('does not search for longer than the dimensions need, with a larger budget or none', () => {
  for (const budget of [1000, Number.POSITIVE_INFINITY]) {
    expect(requiredImprovement(2, 10, budget)).toBe(0.25)
    expect(requiredImprovement(2, 14, budget)).toBe(0)
  }
})
