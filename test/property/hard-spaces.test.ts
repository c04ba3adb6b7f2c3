import { describe, expect, it } from 'vitest'
import { bestAlgebra } from '../../src/algebra/best-algebra.ts'
import type { ParameterValues } from '../../src/domain/search-space.ts'
import type { SamplerKind } from '../../src/domain/study.ts'
import { mean } from '../../src/math/stats.ts'
import { adviseStopping } from '../../src/optimizer/advise-stopping.ts'
import { explain } from '../../src/optimizer/analysis/explanations.ts'
import { createNumerics } from '../../src/optimizer/numerics.ts'
import { simulate } from '../support/simulate.ts'
import { choice, float, int, space } from '../support/spaces.ts'

const numerics = createNumerics(bestAlgebra())
const SEEDS = [1, 2, 3]

describe.each<SamplerKind>(['auto', 'tpe', 'cma-es', 'nsga-ii'])(
  '%s, of an ordinal whose numbers are unevenly far apart',
  (sampler) => {
    it.each([1e-5, 1e-4])('comes to the best one, %d', (best) => {
      const values = [0, 1e-5, 1e-4, 1e-3]
      const given = space([{ name: 'decay', type: 'ordinal', values }, float('x', 0, 1)])
      const objective = ({ decay, x }: ParameterValues) =>
        Math.abs(values.indexOf(Number(decay)) - values.indexOf(best)) + (Number(x) - 0.3) ** 2
      const trials = sampler === 'auto' ? 30 : 150

      const study = simulate({ space: given, objective, trials, sampler })

      const last = study.trials.slice(-Math.floor(trials / 3))
      const share = last.filter(({ params }) => params.decay === best).length / last.length
      // A quarter by chance.
      expect(share).toBeGreaterThan(0.5)
    })
  },
)

describe('where an equality leaves next to nothing of the space', () => {
  const mixture = space([float('a', 0, 1), float('b', 0, 1), float('c', 0, 1)], ['a + b + c == 1'])
  const objective = ({ a, b, c }: ParameterValues) =>
    (Number(a) - 0.2) ** 2 + (Number(b) - 0.5) ** 2 + (Number(c) - 0.3) ** 2
  const studies = SEEDS.map((seed) => simulate({ space: mixture, objective, trials: 30, seed }))

  it('goes by the model, and finds the best mixture', () => {
    for (const { trials } of studies) {
      expect(trials.slice(10).every(({ origin }) => origin.phase === 'model')).toBe(true)
      expect(Math.min(...trials.map(({ metrics }) => metrics!.value!))).toBeLessThan(1e-4)
    }
  })

  it('advises to stop only where there is no more to gain, and tells how it depends on each part', () => {
    for (const study of studies) {
      const ended = study.trials.findIndex((_, n) => {
        const advice = adviseStopping({ ...study, trials: study.trials.slice(0, n) }, numerics)
        return advice?.advice === 'stop'
      })
      const tried = study.trials.slice(0, ended === -1 ? undefined : ended)
      expect(Math.min(...tried.map(({ metrics }) => metrics!.value!))).toBeLessThan(0.005)
      const dependence = explain('dependence', study, { metric: 'value' }, numerics)!
      for (const { points } of dependence.parameters) expect(points.length).toBeGreaterThan(10)
    }
  })

  it('finds the best whole numbers of a sum', () => {
    const parts = space([int('a', 0, 60), int('b', 0, 60), int('c', 0, 60)], ['a + b + c == 60'])
    for (const seed of SEEDS) {
      const study = simulate({
        space: parts,
        objective: ({ a, b, c }) => (Number(a) - 12) ** 2 + (Number(b) - 30) ** 2 + (Number(c) - 18) ** 2,
        trials: 30,
        seed,
      })
      expect(Math.min(...study.trials.map(({ metrics }) => metrics!.value!))).toBe(0)
    }
  })
})

describe('where the better branch looks worse at first', () => {
  const branches = space([
    choice('branch', 'a', 'b'),
    { ...choice('kind', 'u', 'v', 'w'), when: { branch: ['a'] } },
    { ...float('q', 0, 1), when: { branch: ['a'] } },
    float('x', 0, 1),
  ])
  const objective = ({ branch, kind, q, x }: ParameterValues) =>
    (Number(x) - 0.4) ** 2 + (branch === 'b' ? 1 : (kind === 'u' ? 0.5 : 3) + 5 * Math.abs(Number(q) - 0.05))

  it.each<SamplerKind>(['regularized-evolution', 'nsga-ii', 'tpe', 'auto'])(
    '%s learns what is good in it, and not that its middle is bad',
    (sampler) => {
      const found = SEEDS.map((seed) => {
        const { trials } = simulate({
          space: branches,
          objective,
          trials: sampler === 'auto' ? 60 : 200,
          seed,
          sampler,
        })
        return Math.min(...trials.map(({ metrics }) => metrics!.value!))
      })
      expect(mean(found)).toBeLessThan(0.65)
    },
  )
})
