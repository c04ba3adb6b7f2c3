import { expect, it } from 'vitest'
import { requiredImprovement } from '../../../../src/optimizer/acquisition/look-elsewhere.ts'
import { encodeSpace } from '../../../../src/optimizer/encode.ts'

const flag = { name: 'flag', type: 'categorical', choices: [true, false] } as const
const x = { name: 'x', type: 'float', min: 0, max: 1, scale: 'linear' } as const
const branching = encodeSpace({ parameters: [flag, { ...x, when: { flag: [true] } }], constraints: [] })
const stuck = Float64Array.of(1, -1, ...Array(8).fill(0.5))

it('asks for more at every other proposal once eight results gained nothing', () => {
  const required = [10, 11, 12, 13].map((index) => requiredImprovement(branching, stuck, index))

  expect(required).toEqual([0, 0.1, 0, 0.1])
})

it('asks for nothing while there is a gain, or there are few results', () => {
  expect(requiredImprovement(branching, Float64Array.of(...stuck, -1.5), 11)).toBe(0)
  expect(requiredImprovement(branching, stuck.subarray(2), 11)).toBe(0)
})

it('asks for nothing where no parameter depends on another', () => {
  expect(requiredImprovement(encodeSpace({ parameters: [flag, x], constraints: [] }), stuck, 11)).toBe(0)
})
