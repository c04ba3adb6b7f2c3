import { describe, expect, it } from 'vitest'
import type { ParameterSpec } from '../../../../src/domain/search-space.ts'
import { functionTrainer } from '../../../../src/trainers/function/function-trainer.ts'
import { aDefinition } from '../../../support/simulate.ts'

const trainer = (name: string) => ({ kind: 'function', name }) as const
const x = (i: number): ParameterSpec => ({ name: `x${i}`, type: 'float', min: 0, max: 1, scale: 'linear' })
const check = (name: string, parameters: ParameterSpec[]) =>
  functionTrainer.checkDefinition(aDefinition({ parameters, constraints: [] }, { trainer: trainer(name) }))

describe('functionTrainer', () => {
  it('knows its functions by name and lists them for any other', () => {
    expect(functionTrainer.checkTrainer(trainer('branin'))).toEqual([])
    expect(functionTrainer.checkTrainer(trainer('constructor'))).toEqual([
      { path: 'trainer.name', message: expect.stringContaining('use one of sine-cosine, branin') },
    ])
  })

  it('has a default space that it accepts itself', () => {
    const { searchSpace } = functionTrainer.defaults(trainer('hartmann6'))

    expect(searchSpace.parameters.map(({ name }) => name)).toEqual(['x0', 'x1', 'x2', 'x3', 'x4', 'x5'])
    expect(check('hartmann6', [...searchSpace.parameters])).toEqual([])
  })

  it.each<[string, ParameterSpec[], string]>([
    ['too few parameters', [x(0)], 'searchSpace.parameters'],
    ['too many parameters', [x(0), x(1), x(2)], 'searchSpace.parameters'],
    ['a wrong name', [x(0), { ...x(1), name: 'y' }], 'searchSpace.parameters[1].name'],
    ['a gap', [x(0), x(2)], 'searchSpace.parameters[1].name'],
    ['a condition', [x(0), { ...x(1), when: { x0: [0] } }], 'searchSpace.parameters[1].when'],
    ['strings', [x(0), { name: 'x1', type: 'categorical', choices: ['a'] }], 'searchSpace.parameters[1]'],
  ])('refuses %s', (_what, parameters, path) => {
    expect(check('branin', parameters)[0]).toMatchObject({ path, message: expect.any(String) })
  })

  it('evaluates by name, whatever the order of the parameters', async () => {
    const request = { trainer: trainer('branin'), seed: 1 }

    const a = await functionTrainer.train({ ...request, params: { x0: 1, x1: 2 } })
    const b = await functionTrainer.train({ ...request, params: { x1: 2, x0: 1 } })

    // branin(1, 2), computed with Python 3.11 from the formula in functions.ts.
    expect(a.metrics.value).toBeCloseTo(21.62763539206238, 10)
    expect(b).toEqual(a)
  })
})
