import { describe, expect, it } from 'vitest'
import type { ParameterValues } from '../../../../../src/domain/search-space.ts'
import { simulate } from '../../../../support/simulate.ts'
import { float, space } from '../../../../support/spaces.ts'

const unit = space([float('x', 0, 1), float('y', 0, 1)])
const hill = ({ x, y }: ParameterValues) => 100 - 500 * ((Number(x) - 0.3) ** 2 + (Number(y) - 0.6) ** 2)

describe('the rationale of a proposal', () => {
  it('says what was expected in the unit of the objective, and comes true once the function is known', () => {
    const { trials } = simulate({ space: unit, objective: hill, trials: 25, goal: 'maximize' })
    const [first, last] = [trials[0]!, trials.at(-1)!]

    expect(first.origin.rationale).toBeUndefined()
    const { mean, deviation } = last.origin.rationale!
    expect(deviation).toBeLessThan(20)
    expect(Math.abs(mean! - last.metrics!.value!)).toBeLessThan(4 * deviation! + 1)
  })

  it('is in the unit of the objective on a log scale, too', () => {
    const metrics = [{ name: 'value', goal: 'minimize', scale: 'log' }] as const
    const objective = (params: ParameterValues) => 10 ** (-hill(params) / 50)
    const { trials } = simulate({ space: unit, objective, trials: 25, metrics })
    const last = trials.at(-1)!
    const { mean, deviation } = last.origin.rationale!

    expect(Math.abs(Math.log(mean! / last.metrics!.value!))).toBeLessThan(
      4 * Math.log1p(deviation! / mean!) + 0.1,
    )
    expect(Math.min(...trials.map(({ metrics: told }) => told!.value!))).toBeLessThan(0.0101)
  })

  it('tells exploring from exploiting: of trials that follow the model at once, some do either', () => {
    const { trials } = simulate({ space: unit, objective: hill, trials: 25, goal: 'maximize' })
    const intents = trials.flatMap(({ origin }) => origin.rationale?.intent ?? [])
    expect(new Set(intents)).toEqual(new Set(['explore', 'exploit']))
  })

  it('is left out where numbers are too large to be told', () => {
    const { trials } = simulate({
      space: unit,
      objective: ({ x }) => (Number(x) > 0.5 ? 1.7e308 : -1.7e308),
      trials: 12,
    })
    expect(trials).toHaveLength(12)
    for (const { origin } of trials) expect(JSON.parse(JSON.stringify(origin))).toEqual(origin)
  })
})
