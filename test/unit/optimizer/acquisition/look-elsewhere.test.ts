import { expect, it } from 'vitest'
import { requiredImprovement } from '../../../../src/optimizer/acquisition/look-elsewhere.ts'

const stuck = Float64Array.of(1, -1, ...Array(8).fill(0.5))

it('asks for more at every other proposal once eight results gained nothing', () => {
  expect([10, 11, 12, 13].map((index) => requiredImprovement(stuck, index))).toEqual([0, 0.1, 0, 0.1])
})

it('asks for nothing while there is a gain, or there are few results', () => {
  expect(requiredImprovement(Float64Array.of(...stuck, -1.5), 11)).toBe(0)
  expect(requiredImprovement(stuck.subarray(2), 11)).toBe(0)
})
