import { describe, expect, it } from 'vitest'
import type { ParameterValues, SearchSpace } from '../../../../src/domain/search-space.ts'
import type { SamplerKind, StudyDefinition, TrainerSpec } from '../../../../src/domain/study.ts'
import { diagnose } from '../../../../src/optimizer/analysis/diagnostics.ts'
import type { Importance } from '../../../../src/optimizer/analysis/importance.ts'
import { simulate } from '../../../support/simulate.ts'
import { choice, float, space } from '../../../support/spaces.ts'

function diagnosed(
  given: SearchSpace,
  objective: (params: ParameterValues) => number | undefined,
  trials = 40,
  importance: readonly Importance[] = [],
  sampler: SamplerKind = 'sobol',
) {
  const snapshot = simulate({ space: given, objective, trials, sampler })
  const done = snapshot.trials.filter(({ state }) => state === 'completed')
  const ranked = done.toSorted((a, b) => a.metrics!.value! - b.metrics!.value!)
  return diagnose({ ...snapshot, ranked, importance })
}

const unit = space([float('x', 0, 1), float('y', 0, 1)])

describe('diagnose', () => {
  it('has nothing to say about a sound study', () => {
    expect(diagnosed(unit, ({ x, y }) => (Number(x) - 0.5) ** 2 + (Number(y) - 0.5) ** 2)).toEqual([])
  })

  it('advises to widen a range whose bound the best trials sit on, at the side they sit', () => {
    // Fine enough for a design to come close to the bound.
    const found = diagnosed(unit, ({ x, y }) => Number(x) + 0.01 * (Number(y) - 0.5) ** 2, 200)
    expect(found.filter(({ severity }) => severity === 'warning')).toEqual([
      {
        code: 'best-on-bound',
        severity: 'warning',
        parameter: 'x',
        message:
          'The best x sits on its lower bound 0: widen it by PATCH of the study, the optimum may lie beyond.',
      },
    ])
  })

  it('advises what can still be done: nothing is widened in a study that is over', () => {
    const snapshot = simulate({
      space: unit,
      objective: ({ x, y }) => Number(x) + 0.01 * (Number(y) - 0.5) ** 2,
      trials: 200,
      sampler: 'sobol',
    })
    const ranked = snapshot.trials.toSorted((a, b) => a.metrics!.value! - b.metrics!.value!)
    const { study } = snapshot
    const messages = (state: typeof study.state) =>
      diagnose({ ...snapshot, study: { ...study, state }, ranked, importance: [] }).map(
        ({ message }) => message,
      )

    expect(messages('running')[0]).toContain('widen it by PATCH')
    expect(messages('completed')[0]).toContain('widen it in the next study')
  })

  it('blames no bound that the best trial, where the parameter is inactive, cannot sit on', () => {
    const given = space([
      choice('k', 'a', 'b'),
      float('x', 0, 1),
      { ...float('toString', 0, 1), when: { k: ['b'] } },
    ])
    const objective = ({ k, x, ...more }: ParameterValues) =>
      k === 'b' ? 1 + Number(more.toString) : Number(x) < 0.1 ? 0 : 5

    expect(diagnosed(given, objective, 200).filter(({ code }) => code === 'best-on-bound')).toEqual([])
  })

  it('asks for no range beyond what the trainer takes', () => {
    const given = space([float('dropout', 0, 0.5), float('y', 0, 1)])
    const snapshot = simulate({
      space: given,
      objective: ({ dropout, y }) => Number(dropout) + 0.01 * (Number(y) - 0.5) ** 2,
      trials: 200,
      sampler: 'sobol',
    })
    const ranked = snapshot.trials.toSorted((a, b) => a.metrics!.value! - b.metrics!.value!)
    const codes = (trainer: TrainerSpec) => {
      const study = { ...snapshot.study, definition: { ...snapshot.study.definition, trainer } }
      return diagnose({ ...snapshot, study, ranked, importance: [] }).map(({ code }) => code)
    }
    expect(codes({ kind: 'external' })).toContain('best-on-bound')
    expect(codes({ kind: 'mlp', dataset: 'iris', settings: {} })).not.toContain('best-on-bound')
  })

  it('tells of failures, and of the value that they come with', () => {
    const given = space([float('x', 0, 1), choice('k', 'good', 'bad')])
    const found = diagnosed(given, ({ x, k }) => (k === 'bad' ? undefined : (Number(x) - 0.5) ** 2))
    expect(found.map(({ code }) => code)).toEqual(['many-failures', 'failing-value'])
    expect(found[1]!.message).toContain('k = "bad" failed')
  })

  it('blames no value where all trials fail', () => {
    const given = space([float('x', 0, 1), choice('k', 'p', 'q'), choice('only', 'one')])
    expect(diagnosed(given, () => undefined).map(({ code }) => code)).toEqual(['many-failures'])
  })

  it('sees an objective that is always the same', () => {
    expect(diagnosed(unit, () => 1).map(({ code }) => code)).toEqual(['no-difference', 'no-progress'])
  })

  it('advises a logarithmic scale for values decades apart, where the sampler goes by values', () => {
    const codes = (objective: (params: ParameterValues) => number, fields: Partial<StudyDefinition> = {}) => {
      const snapshot = simulate({ space: unit, objective, trials: 12, sampler: 'sobol' })
      const definition = {
        ...snapshot.study.definition,
        trainer: { kind: 'external' },
        sampler: { kind: 'auto' },
        ...fields,
      } as const
      const found = diagnose({
        ...snapshot,
        study: { ...snapshot.study, definition },
        ranked: snapshot.trials,
        importance: [],
      })
      return found.map(({ code }) => code).filter((code) => code === 'values-decades-apart')
    }
    const exponent = ({ x, y }: ParameterValues) => 6 * (Number(x) + Number(y)) - 4
    const decades = (params: ParameterValues) => 10 ** exponent(params)
    expect(codes(decades)).toHaveLength(1)
    expect(codes(exponent)).toEqual([])
    expect(codes((params) => -decades(params))).toEqual([])
    expect(codes(decades, { sampler: { kind: 'tpe' } })).toEqual([])
    expect(codes(decades, { metrics: [{ name: 'value', goal: 'minimize', scale: 'log' }] })).toEqual([])
    expect(codes(decades, { metrics: [{ name: 'value', goal: 'maximize' }] })).toEqual([])
  })

  it('recommends a larger budget, and a logarithmic scale where the sampler does not take logarithms by itself', () => {
    const wide = space([float('rate', 1e-5, 1), float('x', 0, 1)])
    const found = (sampler: SamplerKind) =>
      diagnosed(wide, () => undefined, 4, [], sampler).map(({ code, parameter }) => [code, parameter])
    expect(found('random')).toEqual([
      ['linear-over-magnitudes', 'rate'],
      ['small-budget', undefined],
    ])
    expect(found('auto')).toEqual([['small-budget', undefined]])
  })

  it('sees no bound near small values of a range of many decades', () => {
    const wide = space([float('rate', 1e-5, 1), float('x', 0, 1)])
    const objective = ({ rate, x }: ParameterValues) => (Math.log10(Number(rate)) + 3) ** 2 + Number(x)
    expect(diagnosed(wide, objective, 40, [], 'auto').map(({ parameter }) => parameter)).not.toContain('rate')
  })

  it('names parameters that explain nothing, once there are results enough', () => {
    const shares = [
      { parameter: 'x', total: 0.996, firstOrder: 0.9 },
      { parameter: 'y', total: 0.004, firstOrder: 0 },
    ]
    const objective = ({ x }: ParameterValues) => (Number(x) - 0.5) ** 2
    expect(diagnosed(unit, objective, 40, shares).map(({ code, parameter }) => [code, parameter])).toEqual([
      ['unimportant-parameter', 'y'],
    ])
    expect(diagnosed(unit, objective, 20, shares)).toEqual([])
  })
})
