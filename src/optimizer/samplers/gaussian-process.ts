import type { GaussianProcessSpec } from '../../domain/study.ts'
import { tellSuccess } from '../acquisition/log-success.ts'
import { maximizeAcquisition } from '../acquisition/maximize.ts'
import type { Effort, MaximizeInput } from '../acquisition/score.ts'
import { isNextTo, regionFor, type TrustRegion } from '../acquisition/trust-region.ts'
import { awaitedOf, pointsOf } from '../history/history.ts'
import { withoutPlateau } from '../history/plateau.ts'
import { poolRuns } from '../history/pool-runs.ts'
import type { EncodedSpace, Point } from '../space/encode.ts'
import { featuresOf } from '../space/features.ts'
import type { Hyperparameters } from '../surrogates/fit.ts'
import { GaussianProcess } from '../surrogates/gaussian-process.ts'
import { fitOnSchedule } from '../surrogates/scheduled-fit.ts'
import { selectTraining, type Training } from '../surrogates/training.ts'
import { rowNoises } from '../surrogates/tried-values.ts'
import { explainChoice } from './gaussian-process/explain-choice.ts'
import { improvementPromise, incumbentOf, requiredBy } from './gaussian-process/improvement-promise.ts'
import { proposeFurthest } from './gaussian-process/propose-furthest.ts'
import { proposeOnFront } from './gaussian-process/propose-on-front.ts'
import { pointToRunAgain } from './gaussian-process/run-again.ts'
import { scalarize } from './gaussian-process/scalarize.ts'
import type { Sampler, SamplerAnswer, SamplerInput } from './sampler.ts'
import { sobolSampler } from './sobol.ts'

// With fewer results a model knows nothing that an even design does not, but for where others failed.
const MIN_COMPLETED = 3
const ANCHORS = 5
// As little as keeps a covariance regular.
const EXACT = 1e-6

/**
 * Bayesian optimization: an exact Gaussian process and the logarithm of expected improvement, to which those of the
 * chances to succeed and to keep to all outcome constraints and of the user's priors are added. Of a few objectives
 * it is the improvement of the hypervolume, of more each proposal weighs a sum of its own. Where the study says that
 * results are noisy, a tried point is run again where that promises more than a new one, once small improvements count.
 */
export const gaussianProcessSampler: Sampler = {
  name: 'gaussian-process',
  version: 24,
  takesLogarithms: true,
  propose: (given) => {
    const input = { ...given, history: withoutPlateau(given.history) }
    const canModel = input.encoded.free.length > 0 && isDesignComplete(input) && canLearn(input)
    const found = canModel ? proposeByModel(input) : undefined
    const algebra = input.numerics.algebra.name
    if (found) return { ...found, phase: 'model', sampler: gaussianProcessSampler, algebra }
    const furthest = proposeFurthest(input)
    if (furthest) return { point: furthest, phase: 'startup', sampler: gaussianProcessSampler, algebra }
    return sobolSampler.propose(input)
  },
}

/** Of a study that names this sampler; another one that asks it leaves all to it. */
function optionsOf({ spec }: SamplerInput): Partial<GaussianProcessSpec> {
  return spec.kind === 'gaussian-process' ? spec : {}
}

function isDesignComplete(input: SamplerInput): boolean {
  const { observations, pending } = input.history
  return observations.length + pending.length >= (optionsOf(input).initialTrials ?? 0)
}

function canLearn({ history: { observations } }: SamplerInput): boolean {
  const completed = observations.filter(({ value }) => value !== undefined)
  return completed.length >= MIN_COMPLETED || tellSuccess(observations)
}

function asAsked(
  fits: readonly Hyperparameters[],
  { hyperparameters, noise }: Partial<GaussianProcessSpec>,
): Hyperparameters[] {
  const kept = hyperparameters === 'mode' ? fits.slice(0, 1) : fits
  return kept.map((fit) => (noise === 'none' ? { ...fit, noise: EXACT } : fit))
}

/** Undefined where no model could be made, or no new point was found. */
function proposeByModel(input: SamplerInput): Pick<SamplerAnswer, 'point' | 'rationale'> | undefined {
  const { encoded, history, numerics } = input
  const random = input.random.fork('gaussian-process', input.index)
  const options = optionsOf(input)
  const refine = (found: readonly Hyperparameters[]) => asAsked(found, options)
  const onFront =
    options.acquisition === 'confidenceBound'
      ? undefined
      : proposeOnFront(input, random.fork('front'), refine)
  if (onFront) return onFront
  const observations = scalarize(history, random.fork('weights'))
  const fits = refine(fitOnSchedule(observations, encoded, numerics))
  const training = selectTraining(poolRuns(observations), encoded, fits[0]!.lengthScales)
  const processes = fits.flatMap((fit) => conditioned(fit, training, input) ?? [])
  const { lengthScales } = fits[0]!
  const region = regionFor(history, training, { encoded, lengthScales }, input.index)
  const promised = improvementPromise({ processes, training, region, options }, input, random)
  if (!promised) return undefined
  const everywhere: MaximizeInput = {
    encoded,
    ...promised,
    anchors: training.best.slice(0, ANCHORS),
    lengthScales,
    known: [...training.best, ...pointsOf(history)],
    isNew: history.isNew,
    random: random.fork('maximize'),
    effort: effortFor(training.rows.length + history.pending.length, encoded),
  }
  const nearby = region && maximizeAcquisition({ ...everywhere, region, isNew: isApart(input, region) })
  const fresh = nearby ?? maximizeAcquisition(everywhere)
  const again = runAgain(input, processes, training, fresh)
  const point = again ?? fresh
  if (!point) return undefined
  const incumbents = processes.map((process) => incumbentOf(process, training))
  const rationale = explainChoice(featuresOf(encoded, point), {
    processes,
    incumbents,
    acquisition: promised.acquisition,
    training,
    history,
    isRunAgain: point === again,
  })
  return { point, ...(rationale && { rationale }) }
}

/** A tried point of a noisy study that promises more than the new one; none while there may be better ones to be found. */
function runAgain(
  input: SamplerInput,
  processes: readonly GaussianProcess[],
  training: Training,
  fresh: Point | undefined,
): Point | undefined {
  const { encoded, history } = input
  const isNoisy = history.objectives[0]?.noisy === true && optionsOf(input).noise !== 'none'
  const isSearching = fresh && processes.some((process) => requiredBy(process, training, input) > 0)
  if (!isNoisy || isSearching) return undefined
  return pointToRunAgain({ encoded, history, processes, training, fresh })
}

/** Undefined where the data are singular under these hyperparameters. */
function conditioned(
  hyperparameters: Hyperparameters,
  training: Training,
  { numerics: { algebra, processes } }: SamplerInput,
): GaussianProcess | undefined {
  const noises = rowNoises(hyperparameters.noise, training)
  const data = { ...training, valueSets: [training.values], noises }
  const process = GaussianProcess.condition(data, hyperparameters, algebra, processes.under(hyperparameters))
  if (process) processes.remember(process)
  return process
}

/** Whether a point is new, and not next to one that a result is awaited of, by the size of the region. */
function isApart({ encoded, history }: SamplerInput, region: TrustRegion): MaximizeInput['isNew'] {
  const awaited = awaitedOf(history).map((point) => featuresOf(encoded, point))
  return (point) => {
    const features = featuresOf(encoded, point)
    return history.isNew(point) && !awaited.some((other) => isNextTo(encoded, region, features, other))
  }
}

/** Each look at the acquisition costs O(rows²): counts, not clocks, keep a proposal short and repeatable. */
function effortFor(rows: number, { dimensions, free }: EncodedSpace): Effort {
  if (rows <= 64) return { candidates: 1024, starts: 8, looks: 500_000 }
  // A climb gets far in continuous dimensions; a walk over a lattice ends on the nearest of many hills.
  const isContinuous = free.every((index) => dimensions[index]!.kind === 'continuous')
  if (rows > 250) return { candidates: 256, starts: 3, looks: 250_000 }
  return {
    ...(isContinuous ? { candidates: 384, starts: 4 } : { candidates: 768, starts: 12 }),
    looks: 500_000,
  }
}
