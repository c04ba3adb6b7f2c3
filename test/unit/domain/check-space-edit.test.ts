import { describe, expect, it } from 'vitest'
import { checkSpaceEdit } from '../../../src/domain/check-space-edit.ts'
import { completeParams, type ParameterSpec, type SearchSpace } from '../../../src/domain/search-space.ts'
import type { Trial, TrialState } from '../../../src/domain/trial.ts'

const RATE: ParameterSpec = { name: 'rate', type: 'float', min: 0.01, max: 0.1, scale: 'log' }
const LAYERS: ParameterSpec = { name: 'layers', type: 'int', min: 2, max: 6, step: 2, scale: 'linear' }
const BATCH: ParameterSpec = { name: 'batch', type: 'ordinal', values: [16, 64] }
const RULE: ParameterSpec = { name: 'rule', type: 'categorical', choices: ['sgd', 'adam'] }
const MOMENTUM: ParameterSpec = {
  name: 'momentum',
  type: 'float',
  min: 0,
  max: 0.9,
  scale: 'linear',
  when: { rule: ['sgd'] },
}
const ALL = [RATE, LAYERS, BATCH, RULE, MOMENTUM]

function space(parameters: readonly ParameterSpec[] = ALL, constraints: readonly string[] = []): SearchSpace {
  return { parameters, constraints }
}

/** The space with one parameter changed. */
function changed(name: string, fields: object): SearchSpace {
  return space(ALL.map((spec) => (spec.name === name ? { ...spec, ...fields } : spec)))
}

function aTrial(params: Trial['params'], state: TrialState = 'completed', number = 0): Trial {
  const origin = { sampler: 'sobol', version: 1, phase: 'startup', revision: 1 } as const
  return { number, state, params, origin, attempt: 1, crashes: 0, queuedAt: '2026-01-01T00:00:00.000Z' }
}

const TRIAL = aTrial({ rate: 0.02, layers: 4, batch: 16, rule: 'adam' })
const check = (after: SearchSpace, trials = [TRIAL]) => checkSpaceEdit(space(), after, trials)

describe('checkSpaceEdit', () => {
  it.each([
    ['a wider range', changed('rate', { min: 0.001, max: 1 })],
    ['a wider range of the same steps', changed('layers', { min: 0, max: 9 })],
    ['a value between others', changed('batch', { values: [16, 32, 64, 128] })],
    ['another choice', changed('rule', { choices: ['lion', 'sgd', 'adam'] })],
    ['a prior', changed('rate', { prior: { mean: 0.02, standardDeviation: 1 } })],
    ['a default', changed('rate', { default: 0.02 })],
    ['another order', space([BATCH, RULE, MOMENTUM, LAYERS, RATE])],
  ])('lets %s be', (_, after) => {
    expect(check(after)).toEqual([])
  })

  it('lets a condition hold for choices that are new, and for no others', () => {
    const choices = space([
      RATE,
      LAYERS,
      BATCH,
      { ...RULE, choices: ['sgd', 'adam', 'nesterov'] },
      { ...MOMENTUM, when: { rule: ['sgd', 'nesterov'] } },
    ])

    expect(check(choices)).toEqual([])
    expect(check(changed('momentum', { when: { rule: ['sgd', 'adam'] } }))).toEqual([
      {
        path: 'searchSpace.parameters[4].when.rule',
        message: 'must not name "adam": trials with it have no value of this parameter',
      },
    ])
  })

  it.each([
    ['rate', { min: 0.02 }, 0, 'min', /^must be at most 0.01, for trials may lie there/],
    ['rate', { max: 0.05 }, 0, 'max', /^must be at least 0.1, for trials may lie there/],
    ['rate', { scale: 'linear' }, 0, 'scale', /^must stay log/],
    ['rate', { type: 'int', step: 1 }, 0, 'type', /^must stay float/],
    ['layers', { step: 1 }, 1, 'step', /^must stay 2/],
    ['layers', { min: 1 }, 1, 'min', /^must be 2 minus a multiple of 2/],
    ['batch', { values: [16] }, 2, 'values', /^must keep 64/],
    ['batch', { values: [64, 16] }, 2, 'values', /^must keep 16, 64 in this order/],
    ['rule', { choices: ['sgd'] }, 3, 'choices', /^must keep "adam"/],
    ['momentum', { when: {} }, 4, 'when', /^must stay {"rule":\["sgd"\]}/],
  ])('refuses of %s %j, and says why', (name, fields, index, field, message) => {
    expect(check(changed(name, fields))).toEqual([
      { path: `searchSpace.parameters[${index}].${field}`, message: expect.stringMatching(message) },
    ])
  })

  it('keeps every parameter, and takes new ones with a default', () => {
    const dropout: ParameterSpec = { name: 'dropout', type: 'float', min: 0, max: 0.5, scale: 'linear' }

    expect(check(space(ALL.slice(1)))).toEqual([
      { path: 'searchSpace.parameters', message: expect.stringContaining('must keep rate') },
    ])
    expect(check(space([...ALL, dropout]))).toEqual([
      { path: 'searchSpace.parameters[5].default', message: expect.stringContaining('is missing') },
    ])
    expect(check(space([...ALL, { ...dropout, default: 0 }]))).toEqual([])
  })

  it('keeps a default, for it says what trials have had', () => {
    const before = changed('rate', { default: 0.02 })
    const after = changed('rate', { default: 0.03 })

    expect(checkSpaceEdit(before, after, [TRIAL])).toEqual([
      { path: 'searchSpace.parameters[0].default', message: expect.stringContaining('must stay 0.02') },
    ])
  })

  it('takes a constraint that all trials keep to, but those without a result', () => {
    const after = space(ALL, ['layers <= 3'])
    const failed = aTrial(TRIAL.params, 'infeasible')

    expect(check(after, [failed])).toEqual([])
    expect(
      check(after, [failed, aTrial(TRIAL.params, 'running', 1), aTrial(TRIAL.params, 'completed', 2)]),
    ).toEqual([
      {
        path: 'searchSpace.constraints[0]',
        message: expect.stringContaining('is broken by trial 1 (and 1 more)'),
      },
    ])
  })

  it('judges a new constraint by the defaults of new parameters too', () => {
    const width: ParameterSpec = {
      name: 'width',
      type: 'int',
      min: 1,
      max: 9,
      step: 1,
      scale: 'linear',
      default: 2,
    }
    const limitedTo = (limit: number) => space([...ALL, width], [`layers * width <= ${limit}`])

    expect(check(limitedTo(8))).toEqual([])
    expect(check(limitedTo(7))).toHaveLength(1)
  })

  it('lets anything be in a study without trials', () => {
    expect(check(space([RATE]), [])).toEqual([])
  })
})

describe('completeParams', () => {
  it('adds the default of what is active and lacking, parents first', () => {
    const after = space([
      RULE,
      { name: 'schedule', type: 'categorical', choices: ['none', 'cosine'], default: 'cosine' },
      {
        name: 'warmup',
        type: 'int',
        min: 0,
        max: 9,
        step: 1,
        scale: 'linear',
        default: 0,
        when: { schedule: ['cosine'] },
      },
      { ...MOMENTUM, default: 0.5 },
    ])

    expect(completeParams(after, { rule: 'adam' })).toEqual({ rule: 'adam', schedule: 'cosine', warmup: 0 })
    expect(completeParams(after, { rule: 'sgd', schedule: 'none' })).toEqual({
      rule: 'sgd',
      schedule: 'none',
      momentum: 0.5,
    })
  })

  it('gives back the very values that lack nothing, by which what is computed from them is remembered', () => {
    const values = { rate: 0.02, layers: 4, batch: 16, rule: 'adam' }

    expect(completeParams(space(), values)).toBe(values)
  })
})
