import type { Acquisition } from './acquisition/acquisition.ts'
import { logSuccess } from './acquisition/log-success.ts'
import { logApproach, logFeasibility, modelBounds } from './acquisition/outcome-bounds.ts'
import { sumOf } from './acquisition/sum.ts'
import type { SamplerInput } from './samplers/sampler.ts'
import { logPriors } from './user-prior.ts'

const EVEN = Math.log(0.5)

/** What an improvement is weighed by. */
export interface WeighingFactors {
  /**
   * ln of the chances that a trial keeps to each outcome constraint and that it succeeds at all, and of what the user
   * believes. Before any trial keeps to all constraints, how much nearer to them it is to come is in place of those chances.
   */
  readonly factors: readonly Acquisition[]
  /** Whether what a trial here comes to is as likely as not to count. */
  readonly isLikely: (features: Float64Array) => boolean
}

/**
 * Undefined where a model of a constraint cannot be made.
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
  const bounds = isKept ? logFeasibility(models) : logApproach(models)
  const priors = logPriors(encoded, results, limits.trials)
  const success = logSuccess(history.observations, encoded, numerics)
  const chances = [...bounds, ...(success ? [success] : [])]
  const chance = sumOf(chances)
  return {
    factors: [...chances, ...(priors ? [priors] : [])],
    isLikely: (features) => chances.length === 0 || chance.evaluate([features])[0]! >= EVEN,
  }
}
