import type { Acquisition } from '../../acquisition/acquisition.ts'
import { logSuccess } from '../../acquisition/log-success.ts'
import { logApproach, logFeasibility, modelBounds } from '../../acquisition/outcome-bounds.ts'
import { sumOf } from '../../acquisition/sum.ts'
import { logPriors } from '../../space/user-prior.ts'
import type { SamplerInput } from '../sampler.ts'

const EVEN = Math.log(0.5)

/** What an improvement is weighed by. */
export interface WeighingFactors {
  /**
   * ln of the chances that a trial keeps to each outcome constraint and that it succeeds at all, and of what the user
   * believes. Before any trial keeps to all constraints, how much nearer to them it is to come is in place of those chances.
   */
  readonly factors: readonly Acquisition[]
  /** Whether a trial is as likely as not to count, which is to succeed and to keep to all constraints: of each point. */
  readonly areLikely: (points: readonly Float64Array[]) => readonly boolean[]
}

/**
 * Models of the outcome constraints and of where trials fail, and the user's priors. Undefined where a model of a
 * constraint cannot be made.
 *
 * @param results that there are.
 */
export function weighingFactors(
  { history, encoded, limits, numerics }: Pick<SamplerInput, 'history' | 'encoded' | 'limits' | 'numerics'>,
  results: number,
): WeighingFactors | undefined {
  const models = modelBounds(history, encoded, numerics)
  if (!models) return undefined
  const isKept = history.observations.some(({ measured }) => measured?.isFeasible)
  const kept = logFeasibility(models)
  const success = logSuccess(history.observations, encoded, numerics) ?? []
  const priors = logPriors(encoded, results, limits.trials) ?? []
  const chances = [kept, success].flat()
  return {
    factors: [isKept ? kept : logApproach(models), success, priors].flat(),
    areLikely: (points) =>
      chances.length === 0 || points.length === 0
        ? points.map(() => true)
        : Array.from(sumOf(chances).evaluate(points), (chance) => chance >= EVEN),
  }
}
