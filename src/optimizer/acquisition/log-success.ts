import { standardize } from '../../math/stats.ts'
import type { Observation } from '../history/history.ts'
import type { Numerics } from '../numerics.ts'
import type { EncodedSpace } from '../space/encode.ts'
import { featureRows } from '../space/features.ts'
import { smoothHyperparameters } from '../surrogates/fit.ts'
import { GaussianProcess } from '../surrogates/gaussian-process.ts'
import { fitOnSchedule } from '../surrogates/scheduled-fit.ts'
import type { Acquisition } from './acquisition.ts'
import { logProbabilityBelow } from './log-probability-below.ts'

// One or two of a kind may be anything; of more, where they are begins to say something.
const FEWEST = 3
// Beyond this an exact model costs seconds.
const MAX_ROWS = 500
// What a trial came to, as a number to be modelled; it succeeds below 0.
const [SUCCESS, FAILURE] = [-1, 1]

/**
 * ln of the probability that a trial succeeds, to be added to an acquisition's logarithm: a Gaussian process on which
 * trials failed (the regression form of Gelbart, Snoek and Adams, "Bayesian optimization with unknown constraints",
 * UAI 2014, section 3). Undefined while too few failed to learn from, or none succeeded.
 */
export function logSuccess(
  observations: readonly Observation[],
  encoded: EncodedSpace,
  numerics: Numerics,
): Acquisition | undefined {
  const known = observations.slice(-MAX_ROWS)
  if (!tellSuccess(known)) return undefined
  const labels = standardize(known.map(({ value }) => (value === undefined ? FAILURE : SUCCESS)))
  const labelled = known.map(({ point }, i) => ({ point, value: labels.values[i]! }))
  // A fit takes the first success for noise, and every place for hopeless.
  const hyperparameters =
    successesOf(known) < FEWEST
      ? smoothHyperparameters(encoded.free.length)
      : fitOnSchedule(labelled, encoded, numerics)[0]!
  const points = known.map(({ point }) => point)
  const data = {
    ...featureRows(points, encoded),
    valueSets: [labels.values],
    noises: new Float64Array(known.length).fill(hyperparameters.noise),
  }
  const process = GaussianProcess.condition(data, hyperparameters, numerics.algebra)
  return process && logProbabilityBelow(process, -labels.mean / labels.scale)
}

/** Whether there are enough failures, and a success, to learn from where trials succeed. */
export function tellSuccess(observations: readonly Observation[]): boolean {
  const successes = successesOf(observations)
  return successes > 0 && observations.length - successes >= FEWEST
}

function successesOf(observations: readonly Observation[]): number {
  return observations.filter(({ value }) => value !== undefined).length
}
