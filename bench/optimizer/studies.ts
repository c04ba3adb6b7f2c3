import type { ParameterValues } from '../../src/domain/search-space.ts'
import type { SamplerKind } from '../../src/domain/study.ts'
import { Random } from '../../src/math/random.ts'
import { simulate } from '../../test/support/simulate.ts'
import type { Problem } from './problems.ts'

export interface StudyPlan {
  readonly sampler: SamplerKind
  readonly seed: number
  /** Trials in flight, of memoryless durations: each of them is as likely to end next. */
  readonly parallel?: number
}

/**
 * One study, and the regret at each budget: of the best trial by what the optimizer was told until then, measured
 * without noise.
 */
export function regretsOf(problem: Problem, { sampler, seed, parallel = 1 }: StudyPlan): number[] {
  const random = Random.fromSeed(seed)
  const [noise, ends] = [random.fork('noise'), random.fork('ends')]
  const told: { params: ParameterValues; value: number }[] = []
  simulate({
    space: problem.space,
    objective: (params) => {
      const value = tell(problem, params, noise)
      told.push({ params, value })
      return value
    },
    trials: Math.max(...problem.budgets),
    seed,
    sampler,
    parallel,
    nextToEnd: (inFlight) => ends.pick(inFlight),
  })
  return problem.budgets.map((budget) => {
    const best = told.slice(0, budget).reduce((a, b) => (b.value < a.value ? b : a))
    return (problem.value(best.params) - problem.optimum) / (problem.unit ?? 1)
  })
}

function tell({ tell: observe, value, noise = 0 }: Problem, params: ParameterValues, random: Random): number {
  return observe ? observe(params, random) : value(params) + noise * random.normal()
}
