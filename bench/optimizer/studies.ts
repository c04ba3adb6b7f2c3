import type { ParameterValues } from '../../src/domain/search-space.ts'
import type { SamplerKind } from '../../src/domain/study.ts'
import { Random } from '../../src/math/random.ts'
import { simulate } from '../../test/support/simulate.ts'
import type { Problem } from './problems.ts'

export interface StudyPlan {
  readonly sampler: SamplerKind
  readonly seed: number
  /** Workers, each of which has a trial in hand at all times. */
  readonly parallel?: number
}

/**
 * One study, and the regret at each budget: of the best trial by what the optimizer was told until then, measured
 * without noise.
 */
export function regretsOf(problem: Problem, { sampler, seed, parallel = 1 }: StudyPlan): number[] {
  const random = Random.fromSeed(seed)
  const noise = random.fork('noise')
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
    nextToEnd: simulatedClock(random.fork('durations')),
  })
  return problem.budgets.map((budget) => {
    const best = told.slice(0, budget).reduce((a, b) => (b.value < a.value ? b : a))
    return (problem.value(best.params) - problem.optimum) / (problem.unit ?? 1)
  })
}

// In logarithms: two trials in three take between 0.6 and 1.6 of the median.
const DURATION_SPREAD = 0.5

/** Which of the trials in flight ends next: each takes a time of its own from when it is first seen in flight. */
function simulatedClock(random: Random): (inFlight: readonly number[]) => number {
  const ends = new Map<number, number>()
  let now = 0
  return (inFlight) => {
    for (const number of inFlight) {
      if (!ends.has(number)) ends.set(number, now + Math.exp(DURATION_SPREAD * random.normal()))
    }
    const next = inFlight.reduce((a, b) => (ends.get(b)! < ends.get(a)! ? b : a))
    now = ends.get(next)!
    return next
  }
}

function tell({ tell: observe, value, noise = 0 }: Problem, params: ParameterValues, random: Random): number {
  return observe ? observe(params, random) : value(params) + noise * random.normal()
}
