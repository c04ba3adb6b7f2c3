import { describe, expect, it } from 'vitest'
import {
  activeParameters,
  checkParams,
  contains,
  type ParameterValues,
  type SearchSpace,
  steppedValue,
  valueCount,
} from '../../../src/domain/search-space.ts'

const space: SearchSpace = {
  parameters: [
    { name: 'optimizer', type: 'categorical', choices: ['adam', 'sgd'] },
    { name: 'learningRate', type: 'float', min: 0.001, max: 1, scale: 'log' },
    {
      name: 'momentum',
      type: 'float',
      min: 0,
      max: 0.9,
      scale: 'linear',
      step: 0.1,
      when: { optimizer: ['sgd'] },
    },
    { name: 'nesterov', type: 'categorical', choices: [true, false], when: { momentum: [0.3, 0.9] } },
    { name: 'layers', type: 'int', min: 1, max: 9, scale: 'linear', step: 2 },
    { name: 'batch', type: 'ordinal', values: [16, 32, 64] },
  ],
  constraints: ['layers * batch <= 200'],
}
const adam: ParameterValues = { optimizer: 'adam', learningRate: 0.1, layers: 3, batch: 32 }
const sgd: ParameterValues = { ...adam, optimizer: 'sgd', momentum: 0.3, nesterov: true }

describe('activeParameters', () => {
  it('follows conditions through several levels', () => {
    const names = (values: ParameterValues) => activeParameters(space, values).map(({ name }) => name)
    expect(names(adam)).toEqual(['optimizer', 'learningRate', 'layers', 'batch'])
    expect(names(sgd)).toEqual(['optimizer', 'learningRate', 'momentum', 'nesterov', 'layers', 'batch'])
    expect(names({ ...sgd, optimizer: 'adam' })).not.toContain('nesterov')
  })
})

describe('checkParams', () => {
  it('finds no fault in points of the space', () => {
    expect([adam, sgd].map((values) => contains(space, values))).toEqual([true, true])
  })

  it.each([
    ['a missing parameter', { optimizer: 'adam', layers: 3, batch: 32 }, 'params.learningRate', 'missing'],
    ['an inactive one', { ...adam, momentum: 0.1 }, 'params.momentum', 'optimizer is "sgd"'],
    [
      'an inactive one, two levels down',
      { ...sgd, momentum: 0.1 },
      'params.nesterov',
      'momentum is 0.3 or 0.9',
    ],
    ['an unknown one', { ...adam, depth: 3 }, 'params.depth', 'leave it out'],
    ['an unknown one with an inherited name', { ...adam, toString: 3 }, 'params.toString', 'leave it out'],
    ['a value below the range', { ...adam, learningRate: 0 }, 'params.learningRate', 'from 0.001 to 1'],
    ['NaN', { ...adam, learningRate: Number.NaN }, 'params.learningRate', 'a number'],
    ['a text for a number', { ...adam, layers: '3' }, 'params.layers', 'a number'],
    ['a fraction for an int', { ...adam, layers: 3.5 }, 'params.layers', 'an integer'],
    ['a value off the step', { ...adam, layers: 4 }, 'params.layers', '1 plus a multiple of 2'],
    ['an unknown choice', { ...adam, optimizer: 'adagrad' }, 'params.optimizer', '"adam", "sgd"'],
    ['a number between ordinals', { ...adam, batch: 20 }, 'params.batch', '16, 32, 64'],
    ['a broken constraint', { ...adam, layers: 9 }, 'params', 'layers * batch <= 200'],
  ])('names %s', (_what, values, path, message) => {
    const faults = checkParams(space, values)
    expect(faults).toEqual([{ path, message: expect.stringContaining(message) }])
  })

  it('accepts a stepped float that was summed with rounding errors', () => {
    expect(checkParams(space, { ...sgd, momentum: 0.1 + 0.2, nesterov: true })).toEqual([
      { path: 'params.nesterov', message: expect.stringContaining('not active') },
    ])
    expect(contains(space, { ...adam, optimizer: 'sgd', momentum: 0.1 + 0.1 + 0.1 + 0.1 + 0.1 })).toBe(true)
  })
})

describe('stepped parameters', () => {
  const float = (min: number, max: number, step: number) =>
    ({ name: 'x', type: 'float', min, max, scale: 'linear', step }) as const

  it('counts the values of a range that rounds badly', () => {
    expect(valueCount(float(0, 0.3, 0.1))).toBe(4)
    expect(valueCount(float(0, 1, 0.3))).toBe(4)
    expect(valueCount(float(-1e308, 1e308, 1e308))).toBe(3)
    expect(valueCount({ name: 'x', type: 'float', min: 2, max: 2, scale: 'linear' })).toBe(1)
    expect(valueCount({ name: 'x', type: 'float', min: 0, max: 1, scale: 'linear' })).toBe(Infinity)
  })

  it('gives values as a person writes them', () => {
    expect([0, 1, 2, 3].map((k) => steppedValue(float(0, 0.3, 0.1), k))).toEqual([0, 0.1, 0.2, 0.3])
    expect(steppedValue(float(-0.3, 0.3, 0.1), 3)).toBe(0)
  })
})
