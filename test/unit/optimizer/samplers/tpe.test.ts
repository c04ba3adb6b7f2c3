import { expect, it } from 'vitest'
import { split } from '../../../../src/optimizer/samplers/tpe.ts'
import { bestValue, simulate } from '../../../support/simulate.ts'
import { choice, float, space } from '../../../support/spaces.ts'

it('splits off the best tenth, failures and trials in flight on the other side', () => {
  const observations = Array.from({ length: 21 }, (_, i) => ({
    point: Float64Array.of(i),
    value: i === 4 ? undefined : (7 * i) % 21,
  }))
  const { good, others } = split({ observations, pending: [Float64Array.of(99)] })
  expect(good.map(([i]) => i)).toEqual([0, 3])
  expect(others).toHaveLength(20)
  expect(others.at(-1)).toEqual(Float64Array.of(99))
})

it('goes from random points to a model after ten results, and then beats random search', () => {
  const given = space([float('x', -5, 5), float('y', -5, 5), choice('kind', 'a', 'b', 'c')])
  const objective = ({ x, y, kind }: Record<string, unknown>) =>
    (Number(x) - 1) ** 2 + (Number(y) + 2) ** 2 + (kind === 'b' ? 0 : 3)
  const bestOf = (sampler: 'tpe' | 'random') =>
    [1, 2, 3, 4, 5].map((seed) => bestValue(simulate({ space: given, objective, trials: 60, seed, sampler })))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  expect(mean(bestOf('tpe'))).toBeLessThan(0.5 * mean(bestOf('random')))
  const { trials } = simulate({ space: given, objective, trials: 12, sampler: 'tpe' })
  expect(trials.map(({ origin }) => origin.phase)).toEqual([
    ...Array.from({ length: 10 }, () => 'startup'),
    'model',
    'model',
  ])
})
