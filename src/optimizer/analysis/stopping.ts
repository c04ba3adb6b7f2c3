import { logImprovement } from '../../math/normal.ts'
import { quantile } from '../../math/stats.ts'
import type { Acquisition } from '../acquisition/acquisition.ts'
import type { Point } from '../space/encode.ts'
import { featuresOf } from '../space/features.ts'
import { mutate } from '../space/mutate.ts'
import { feasibleOf } from '../space/repair.ts'
import { type Surrogate, spreadPoints } from './surrogate.ts'

export interface StoppingAdvice {
  readonly advice: 'stop' | 'continue'
  /** In a sentence, with the figures below. */
  readonly reason: string
  /** The most that one more trial is expected to improve on the best, in the objective's unit. */
  readonly expectedImprovement: number
  /** Bound of what is still to be gained, at about 95 %: the best so far, less the best that could still be there. */
  readonly regretBound: number
  /** An improvement below this is none: what the user said, or a hundredth of the spread of the better half, or a third of the noise. */
  readonly threshold: number
}

export interface StoppingRule {
  /** Before so many the advice is to go on. */
  readonly minResults: number
  /** The threshold, in the objective's unit; found from the results unless given. */
  readonly minImprovement?: number | undefined
  /** ln of the chance that a trial succeeds and keeps to all outcome constraints, where either may be in doubt. */
  readonly logChance?: Acquisition | undefined
}

const SPREAD = 512
const NEAR = 256
const FEWEST_NEAR = 32
const ANCHORS = 5
// The best so far is among the best; thousands of others only cost.
const SEEN = 500
const MOVES = { smallest: 1e-3, largest: 0.3 }
// Two standard deviations on either side.
const CONFIDENCE = 1.96
// Of a trial that nothing comes of, or that breaks a bound: as unlikely as a value beyond the quantiles.
const UNLIKELY = Math.log(0.05)

/**
 * Whether further trials are worth it: expected improvement against what would be noticed, and a regret bound of
 * posterior quantiles (Makarova et al., "Automatic termination for hyperparameter optimization", AutoML 2022).
 *
 * @param ranked points of the completed trials, the best first.
 */
export function stoppingAdvice(
  surrogate: Surrogate,
  ranked: readonly Point[],
  { minResults, minImprovement, logChance }: StoppingRule,
): StoppingAdvice {
  const { process, gain, results } = surrogate
  const seen = predict(surrogate, ranked.slice(0, SEEN))
  const incumbent = seen.reduce((low, { mean }) => Math.min(low, mean), Number.POSITIVE_INFINITY)
  const elsewhere = predict(surrogate, candidates(surrogate, ranked))
  const chances = logChance?.evaluate(elsewhere.map(({ features }) => features))
  const improvement = elsewhere.reduce((most, { mean, sigma }, i) => {
    const chance = chances?.[i] ?? 0
    return Math.max(most, sigma * Math.exp(logImprovement((incumbent - mean) / sigma) + chance))
  }, 0)
  const possible = elsewhere.filter((_, i) => (chances?.[i] ?? 0) >= UNLIKELY)
  const upper = Math.min(...seen.map(({ mean, sigma }) => mean + CONFIDENCE * sigma))
  const lower = Math.min(...[...seen, ...possible].map(({ mean, sigma }) => mean - CONFIDENCE * sigma))
  const means = seen.map(({ mean }) => mean).sort((a, b) => a - b)
  const better = means.slice(0, Math.ceil(means.length / 2))
  const spread = quantile(better, 0.75) - quantile(better, 0.25)
  const noise = Math.sqrt(process.hyperparameters.noise)
  const figures = {
    expectedImprovement: gain(incumbent, improvement),
    regretBound: gain(upper, Math.max(upper - lower, 0)),
    threshold: minImprovement ?? gain(incumbent, Math.max(0.01 * spread, noise / 3)),
  }
  return { ...decide(figures, results, minResults), ...figures }
}

function decide(
  { expectedImprovement, regretBound, threshold }: Omit<StoppingAdvice, 'advice' | 'reason'>,
  results: number,
  minResults: number,
): Pick<StoppingAdvice, 'advice' | 'reason'> {
  const [gain, bound, least] = [expectedImprovement, regretBound, threshold].map((x) => x.toPrecision(2))
  if (results < minResults) {
    const reason = `Only ${results} trials have completed; before ${minResults} no advice to stop would be sound.`
    return { advice: 'continue', reason }
  }
  if (expectedImprovement < threshold) {
    const reason = `One more trial is expected to gain ${gain}, which is less than the ${least} that matters; at most ${bound} is left to gain.`
    return { advice: 'stop', reason }
  }
  const reason = `One more trial is expected to gain up to ${gain}, more than the ${least} that matters; up to ${bound} is left to gain.`
  return { advice: 'continue', reason }
}

function candidates(surrogate: Surrogate, ranked: readonly Point[]): Point[] {
  const { encoded, random } = surrogate
  const stream = random.fork('stopping')
  const near = Array.from({ length: NEAR }, () =>
    mutate(encoded, stream.pick(ranked.slice(0, ANCHORS)), MOVES, stream),
  )
  return [...spreadPoints(surrogate, SPREAD), ...feasibleOf(encoded, near, FEWEST_NEAR, random.fork('near'))]
}

/** Standardized, smaller being better. */
function predict(
  { process, encoded }: Surrogate,
  points: readonly Point[],
): { mean: number; sigma: number; features: Float64Array }[] {
  const features = points.map((point) => featuresOf(encoded, point))
  const { means, variances } = process.posterior(features)
  return features.map((at, i) => ({ mean: means[i]!, sigma: Math.sqrt(variances[i]!), features: at }))
}
