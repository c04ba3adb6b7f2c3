import { describe, expect, it } from 'vitest'
import { checkSearchSpace } from '../../../src/domain/check-search-space.ts'
import type { FloatSpec, IntSpec, ParameterSpec, SearchSpace } from '../../../src/domain/search-space.ts'

const float = (fields: Partial<FloatSpec> = {}): FloatSpec => ({
  name: 'x',
  type: 'float',
  min: 0,
  max: 1,
  scale: 'linear',
  ...fields,
})
const int = (fields: Partial<IntSpec> = {}): IntSpec => ({
  name: 'n',
  type: 'int',
  min: 1,
  max: 9,
  scale: 'linear',
  step: 1,
  ...fields,
})
const choice: ParameterSpec = { name: 'kind', type: 'categorical', choices: ['a', 'b'] }
const space = (parameters: ParameterSpec[], constraints: string[] = []): SearchSpace => ({
  parameters,
  constraints,
})

describe('checkSearchSpace', () => {
  it('finds no fault in a sound space', () => {
    const sound = space(
      [
        choice,
        float({ scale: 'log', min: 1e-9 }),
        int({ when: { kind: ['a'] } }),
        int({ name: 'one', min: 3, max: 3 }),
        { name: 'size', type: 'ordinal', values: ['small', 'large'] },
      ],
      ['x * n < 3 or kind == "a"', 'size != "small"'],
    )
    expect(checkSearchSpace(sound)).toEqual([])
  })

  const at = 'searchSpace.parameters[0]'
  const second = 'searchSpace.parameters[1]'
  const cases: [string, SearchSpace, string, string][] = [
    ['no parameters', space([]), 'searchSpace.parameters', 'at least one'],
    [
      'too many',
      space(Array.from({ length: 201 }, (_, i) => int({ name: `n${i}` }))),
      'searchSpace.parameters',
      '200',
    ],
    ['too many constraints', space([int()], Array(51).fill('n < 3')), 'searchSpace.constraints', '50'],
    ['duplicate names', space([int(), int()]), `${second}.name`, 'parameters[0]'],
    ['an illegal name', space([int({ name: '1st' })]), `${at}.name`, 'letter'],
    ['a name of the language', space([int({ name: 'and' })]), `${at}.name`, 'another name'],
    ['min above max', space([float({ min: 2 })]), `${at}.min`, 'above max (1)'],
    ['log from 0', space([float({ scale: 'log' })]), `${at}.min`, 'above 0'],
    ['reverseLog from 0', space([float({ scale: 'reverseLog' })]), `${at}.min`, 'above 0'],
    ['an infinite end', space([float({ max: Infinity })]), `${at}.max`, 'finite'],
    ['NaN', space([float({ min: Number.NaN })]), `${at}.min`, 'finite'],
    ['a fractional int', space([int({ min: 0.5 })]), `${at}.min`, 'integer'],
    ['an int beyond 2^53', space([int({ max: 2 ** 60 })]), `${at}.max`, '2^53'],
    ['a step of 0', space([int({ step: 0 })]), `${at}.step`, 'above 0'],
    ['a negative step', space([float({ step: -1 })]), `${at}.step`, 'above 0'],
    [
      'a step that 15 digits cannot tell',
      space([float({ min: 1e8, max: 1e8 + 1, step: 1e-7 })]),
      `${at}.step`,
      '15 digits',
    ],
    ['a fractional int step', space([int({ step: 0.5 })]), `${at}.step`, 'integer'],
    ['a step above the range', space([int({ step: 9 })]), `${at}.step`, 'max - min (8)'],
    ['an int of too many values', space([int({ min: 0, max: 2 ** 53 - 1 })]), `${at}.step`, 'make it larger'],
    ['ends too close to halve', space([float({ min: 0, max: 5e-324 })]), `${at}.max`, 'too close to min'],
    ['a step too fine to count', space([float({ step: 1e-300 })]), `${at}.step`, 'too small'],
    [
      'a step on a log float',
      space([float({ min: 0.1, scale: 'log', step: 0.1 })]),
      `${at}.step`,
      'scale is log',
    ],
    ['no choices', space([{ ...choice, choices: [] }]), `${at}.choices`, 'at least one'],
    ['too many choices', space([{ ...choice, choices: Array(1001).fill(1) }]), `${at}.choices`, '1000'],
    ['a repeated choice', space([{ ...choice, choices: ['a', 'b', 'a'] }]), `${at}.choices[2]`, 'choices[0]'],
    [
      'a NaN value',
      space([{ name: 'o', type: 'ordinal', values: [Number.NaN] }]),
      `${at}.values[0]`,
      'finite',
    ],
    [
      'a condition on nobody',
      space([int({ when: { kind: ['a'] } })]),
      `${at}.when.kind`,
      'no parameter kind',
    ],
    ['a condition on itself', space([int({ when: { n: [1] } })]), `${at}.when.n`, 'itself'],
    [
      'a condition on a later one',
      space([int({ when: { kind: ['a'] } }), choice]),
      `${at}.when.kind`,
      'move kind before',
    ],
    [
      'an empty condition',
      space([choice, int({ when: { kind: [] } })]),
      `${second}.when.kind`,
      'at least one',
    ],
    [
      'a value never taken',
      space([choice, int({ when: { kind: ['z'] } })]),
      `${second}.when.kind[0]`,
      'never takes "z"',
    ],
    ['a continuous parent', space([float(), int({ when: { x: [0.5] } })]), `${second}.when.x`, 'continuous'],
    ['a bad constraint', space([int()], ['n <']), 'searchSpace.constraints[0]', 'ends too early'],
    ['an unknown name', space([int()], ['n < 3', 'm < 3']), 'searchSpace.constraints[1]', 'no parameter m'],
    [
      'an inherited name',
      space([int()], ['valueOf < 3']),
      'searchSpace.constraints[0]',
      'no parameter valueOf',
    ],
    ['texts in order', space([choice], ['kind < "b"']), 'searchSpace.constraints[0]', '== or !='],
    [
      'a text that is never equal',
      space([choice], ['kind == 3']),
      'searchSpace.constraints[0]',
      'never equal',
    ],
    ['a number for a truth', space([int()], ['n + 1']), 'searchSpace.constraints[0]', 'a comparison'],
    [
      'a truth for a number',
      space([int()], ['(n < 3) + 1 < 2']),
      'searchSpace.constraints[0]',
      'not a boolean',
    ],
    [
      'mixed values in order',
      space([{ ...choice, choices: [1, 'b'] }], ['kind < 3']),
      'searchSpace.constraints[0]',
      'several types',
    ],
    [
      'a constraint on nothing',
      space([int()], ['1 < 2']),
      'searchSpace.constraints[0]',
      'mention a parameter',
    ],
  ]
  it.each(cases)('names %s with its path and what to do', (_what, faulty, path, message) => {
    expect(checkSearchSpace(faulty)).toEqual([{ path, message: expect.stringContaining(message) }])
  })

  it('reports all faults at once', () => {
    const faulty = space([float({ min: 2 }), float({ name: '', step: 0 })], ['x <'])
    expect(checkSearchSpace(faulty)).toHaveLength(4)
  })
})
