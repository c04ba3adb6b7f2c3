import type { Acquisition } from './acquisition/acquisition.ts'
import { logSuccess } from './acquisition/log-success.ts'
import { logFeasibility } from './acquisition/outcome-bounds.ts'
import type { SamplerInput } from './samplers/sampler.ts'
import { logPriors } from './user-prior.ts'

/**
 * ln of what an improvement is weighed by: the chances that a trial keeps to each outcome constraint and that it succeeds
 * at all, and what the user believes. Undefined where a model of a constraint cannot be made.
 *
 * @param results that there are.
 */
export function weighingFactors(
  { history, encoded, limits, numerics }: Pick<SamplerInput, 'history' | 'encoded' | 'limits' | 'numerics'>,
  results: number,
): Acquisition[] | undefined {
  const bounds = logFeasibility(history, encoded, numerics)
  const priors = logPriors(encoded, results, limits.trials)
  const success = logSuccess(history.observations, encoded, numerics)
  return bounds && [...bounds, ...(priors ? [priors] : []), ...(success ? [success] : [])]
}
