import type { GaussianProcessSpec } from '../../../domain/study.ts'
import type { Random } from '../../../math/random.ts'
import type { Acquisition } from '../../acquisition/acquisition.ts'
import { averageAcquisitions } from '../../acquisition/average.ts'
import { fantasize } from '../../acquisition/fantasies.ts'
import { BETA, logConfidenceBound } from '../../acquisition/log-confidence-bound.ts'
import { logExpectedImprovement } from '../../acquisition/log-expected-improvement.ts'
import { explorePending, isOutrun } from '../../acquisition/pure-exploration.ts'
import { requiredElsewhere, requiredImprovement } from '../../acquisition/required-improvement.ts'
import type { MaximizeInput } from '../../acquisition/score.ts'
import { sumOf } from '../../acquisition/sum.ts'
import { isWithin, type TrustRegion } from '../../acquisition/trust-region.ts'
import { awaitedOf } from '../../history/history.ts'
import type { Point } from '../../space/encode.ts'
import { featuresOf } from '../../space/features.ts'
import type { GaussianProcess } from '../../surrogates/gaussian-process.ts'
import { MAX_ROWS, type Training } from '../../surrogates/training.ts'
import type { SamplerInput } from '../sampler.ts'
import { type WeighingFactors, weighingFactors } from './weighing-factors.ts'

/** What is known of a study of a single value, and how to look for better ones. */
export interface Knowledge {
  /** Likely models, the most probable one first. */
  readonly processes: readonly GaussianProcess[]
  readonly training: Training
  readonly region: TrustRegion | undefined
  readonly options: Partial<GaussianProcessSpec>
}

/**
 * What a point promises: improvement, the chance to succeed and to keep to all bounds, and what the user believes. The
 * most probable model by itself says at a fraction of the cost which candidates are worth asking all of them about.
 */
export function improvementPromise(
  known: Knowledge,
  input: SamplerInput,
  random: Random,
): Pick<MaximizeInput, 'acquisition' | 'screen'> | undefined {
  const { processes, training } = known
  const weighed = weighingFactors(input, training.rows.length)
  if (!weighed) return undefined
  const { factors, areLikely } = weighed
  // Before any trial keeps to the bounds, to come nearer to them is all there is to gain.
  if (!training.eligible.some(Boolean)) return { acquisition: sumOf(factors) }
  const { pending, observations } = input.history
  const looksAround = isOutrun(pending.length, observations.length, random.fork('outrun'))
  const explored = looksAround && processes[0] && explore(processes[0], training, input)
  if (explored) return { acquisition: sumOf([explored, ...factors]) }
  const awaited = awaitedIn(known, input, areLikely)
  const improvements = processes.flatMap((process) => improve(process, known, input, awaited, random) ?? [])
  if (improvements.length === 0) return undefined
  const acquisition = sumOf([averageAcquisitions(improvements), ...factors])
  return improvements.length === 1
    ? { acquisition }
    : { acquisition, screen: sumOf([improvements[0]!, ...factors]) }
}

function explore(
  process: GaussianProcess,
  { best }: Training,
  { encoded, history, numerics }: SamplerInput,
): Acquisition | undefined {
  const features = (points: readonly Point[]) => points.map((point) => featuresOf(encoded, point))
  return explorePending(process, features(awaitedOf(history)), features(best), numerics.algebra)
}

/** Trials without a result: their features, and whether what they come to is to be improved upon. */
interface Pending {
  readonly pending: readonly Float64Array[]
  readonly isRival: readonly boolean[]
}

/**
 * Nothing in a small region is as good as what a model that hardly knows the rest may hope for there; and what will hardly
 * count is nothing to improve upon, or all workers would follow the first one beyond a bound.
 */
function awaitedIn(
  { region }: Knowledge,
  { history, encoded }: SamplerInput,
  areLikely: WeighingFactors['areLikely'],
): Pending {
  const awaited = awaitedOf(history)
  const pending = awaited.map((point) => featuresOf(encoded, point))
  const isLikely = areLikely(pending)
  const isRival = awaited.map((point, p) => isLikely[p]! && (!region || isWithin(encoded, region, point)))
  return { pending, isRival }
}

function improve(
  process: GaussianProcess,
  { training, options }: Knowledge,
  input: SamplerInput,
  { pending, isRival }: Pending,
  random: Random,
): Acquisition | undefined {
  const incumbent = incumbentOf(process, training)
  const required = requiredBy(process, training, input)
  const { acquisition, beta = BETA } = options
  const promised = (model: GaussianProcess, incumbents: readonly number[]) =>
    acquisition === 'confidenceBound'
      ? logConfidenceBound(model, incumbents, beta)
      : logExpectedImprovement(model, incumbents)
  if (pending.length === 0) return promised(process, [incumbent - required])
  const imagined = fantasize(process, pending, random.fork('fantasies'), input.numerics.algebra)
  if (!imagined) return undefined
  const incumbents = imagined.fantasies.map(
    (fantasy) => Math.min(incumbent, ...fantasy.filter((_, p) => isRival[p])) - required,
  )
  return promised(imagined.process, incumbents)
}

/** By how much a proposal has to improve on the incumbent under this model; 0 where every improvement counts. */
export function requiredBy(
  { hyperparameters }: GaussianProcess,
  { values, eligible }: Training,
  { history, encoded, limits, index }: SamplerInput,
): number {
  const trials = values.length + history.pending.length
  const required = requiredImprovement(encoded, trials, limits.trials, hyperparameters.noise)
  if (required > 0 || !tellsItsBest(history)) return required
  const results = [...values].filter((_, p) => eligible[p])
  return requiredElsewhere(encoded, results, index, limits.trials)
}

/**
 * Whether the values say what was gained lately: noisy ones do not, nor sums that each proposal weighs anew, and of very
 * many results only some are in a model.
 */
function tellsItsBest({ objectives, observations }: SamplerInput['history']): boolean {
  return objectives.length === 1 && !objectives[0]!.noisy && observations.length <= MAX_ROWS
}

/** The lowest posterior mean at a completed trial: robust to noise. Without noise, the lowest value as well. */
export function incumbentOf(
  { hyperparameters, weights, data: { noises } }: GaussianProcess,
  { values, eligible }: Training,
): number {
  const nearlyExact = hyperparameters.noise < 1e-3
  let lowest = Number.POSITIVE_INFINITY
  values.forEach((value, p) => {
    if (!eligible[p]) return
    // K⁻¹(y - c) times the noise is what the model leaves unexplained of a row it was conditioned on.
    const mean = value - noises[p]! * weights[p]!
    lowest = Math.min(lowest, mean, nearlyExact ? value : mean)
  })
  return lowest
}
