import { afterEach, describe, expect, it } from 'vitest'
import { bestAlgebra } from '../../../src/algebra/best-algebra.ts'
import type { ParameterValues } from '../../../src/domain/search-space.ts'
import { explain } from '../../../src/optimizer/analysis/explanations.ts'
import { createNumerics } from '../../../src/optimizer/numerics.ts'
import { createThreadExplainer } from '../../../src/threads/thread-explainer.ts'
import { simulate } from '../../support/simulate.ts'
import { float, space } from '../../support/spaces.ts'

const explainer = createThreadExplainer()
const numerics = createNumerics(bestAlgebra())
afterEach(() => explainer.close())

const square = space([float('x', 0, 1), float('y', 0, 1)])
const bowl = ({ x, y }: ParameterValues) => (Number(x) - 0.3) ** 2 + Number(y)
const study = (trials: number) => simulate({ space: square, objective: bowl, trials })

describe('the explanation thread', () => {
  it('explains what the optimizer explains, to all who ask at once', async () => {
    const snapshot = study(12)
    const metric = 'value'
    const asked = [
      ['importance', { metric }],
      ['dependence', { metric, parameter: 'x' }],
      ['comparison', { metric, trial: 3 }],
      ['recommendation', { metric }],
      ['stopping', { metric }],
      ['diagnostics', { metric }],
      ['pareto', {}],
    ] as const

    const found = await Promise.all(asked.map(([kind, about]) => explainer.explain(kind, snapshot, about)))

    expect(found).toEqual(asked.map(([kind, about]) => explain(kind, snapshot, about, numerics)))
    expect(found).not.toContain(undefined)
  })

  it('computes once what several ask for meanwhile', async () => {
    const snapshot = study(12)
    const ask = (metric: string) => explainer.explain('stopping', snapshot, { metric })

    const [one, other] = [ask('value'), ask('value')]
    expect(other).toBe(one)
    const found = await one
    const later = ask('value')
    expect(later).not.toBe(one)
    expect(await later).toEqual(found)
  })

  it('finds nothing while there are too few results', async () => {
    expect(await explainer.explain('importance', study(3), { metric: 'value' })).toBeUndefined()
  })

  it('says so when an explanation breaks, and goes on', async () => {
    const snapshot = study(12)

    await expect(explainer.explain('importance', snapshot, { metric: 'none' })).rejects.toThrow('broke')
    expect(await explainer.explain('importance', snapshot, { metric: 'value' })).toMatchObject({
      results: 12,
    })
  })
})
