import { bestAlgebra } from '../../src/algebra/best-algebra.ts'
import type { ParameterValues } from '../../src/domain/search-space.ts'
import type { SamplerKind } from '../../src/domain/study.ts'
import type { StudySnapshot } from '../../src/domain/study-snapshot.ts'
import type { WarmStart } from '../../src/domain/warm-start.ts'
import { Random } from '../../src/math/random.ts'
import { recommend } from '../../src/optimizer/analysis/recommendation.ts'
import { fitSurrogate } from '../../src/optimizer/analysis/surrogate.ts'
import { createNumerics } from '../../src/optimizer/numerics.ts'
import { aDefinition, aStudy, finished, proposed, simulate } from '../../test/support/simulate.ts'
import type { Problem } from './problems.ts'

/** Which trial a study comes down to: the best by what was told, or the one that the model recommends. */
export const INCUMBENTS = ['told', 'recommended'] as const
export type Incumbent = (typeof INCUMBENTS)[number]

export interface StudyPlan {
  readonly sampler: SamplerKind
  readonly seed: number
  /** Workers, each of which has a trial in hand at all times. */
  readonly parallel?: number
  readonly incumbent?: Incumbent
  readonly warmStart?: WarmStart | undefined
}

interface Told {
  readonly params: ParameterValues
  readonly value: number
}

export const NUMERICS = createNumerics(bestAlgebra())

/** The regret of a study's incumbent at each budget, measured without noise. */
export function regretsOf(problem: Problem, plan: StudyPlan): number[] {
  const { incumbent = 'told' } = plan
  const { told } = runStudy(problem, plan)
  return problem.budgets.map((budget) => {
    const { params } = INCUMBENT[incumbent](told.slice(0, budget), problem)
    return (problem.value(params) - problem.optimum) / (problem.unit ?? 1)
  })
}

/** A study of as many trials as its largest budget, and what it was told, in the order of telling. */
export function runStudy(
  problem: Problem,
  plan: StudyPlan,
): { readonly told: readonly Told[]; readonly snapshot: StudySnapshot } {
  const { sampler, seed, parallel = 1, warmStart } = plan
  const random = Random.fromSeed(seed)
  const noise = random.fork('noise')
  const told: Told[] = []
  const snapshot = simulate({
    space: problem.space,
    noisy: problem.noisy === true,
    ...(problem.scale && { scale: problem.scale }),
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
    ...(warmStart && { warmStart }),
  })
  return { told, snapshot }
}

const INCUMBENT = {
  told: (told: readonly Told[]) => told.reduce((a, b) => (b.value < a.value ? b : a)),
  recommended: (told: readonly Told[], { space }: Problem) => {
    const tell = (study: StudySnapshot, { params, value }: Told, number: number) =>
      finished(proposed(study, params), number, value)
    const snapshot = told.reduce(tell, aStudy(aDefinition(space)))
    const surrogate = fitSurrogate(snapshot, { name: 'value', goal: 'minimize' }, 0, NUMERICS)
    if (!surrogate) throw new Error(`${told.length} trials are too few to recommend one of them.`)
    return recommend(surrogate, told)
  },
} satisfies Record<Incumbent, (told: readonly Told[], problem: Problem) => Told>

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
