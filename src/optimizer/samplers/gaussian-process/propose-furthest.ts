import { logDeviation } from '../../acquisition/log-deviation.ts'
import { maximizeAcquisition } from '../../acquisition/maximize.ts'
import { sumOf } from '../../acquisition/sum.ts'
import { awaitedOf } from '../../history/history.ts'
import type { Numerics } from '../../numerics.ts'
import type { EncodedSpace, Point } from '../../space/encode.ts'
import { featureRows } from '../../space/features.ts'
import { logPriors } from '../../space/user-prior.ts'
import { smoothHyperparameters } from '../../surrogates/fit.ts'
import { GaussianProcess } from '../../surrogates/gaussian-process.ts'
import type { SamplerInput } from '../sampler.ts'

// Fewer may be an accident; whoever has had so many is helped by no search.
const [FEWEST, MOST] = [5, 200]
// Two in three proposals stay with the even design: what succeeds may lie in the middle.
const EVERY = 3
const EFFORT = { candidates: 512, starts: 5, looks: 500_000 }

/**
 * While all trials fail, or count as failures, now and then the place that is furthest from them, as far as the user
 * believes in it: a corner, where what is too large or too fast elsewhere may succeed, and where an even design never
 * goes. Undefined otherwise.
 */
export function proposeFurthest(input: SamplerInput): Point | undefined {
  if (!isDue(input)) return undefined
  const { encoded, history, index, limits, numerics } = input
  const failures = history.observations.map(({ point }) => point)
  const known = [...failures, ...awaitedOf(history)]
  const process = distanceFrom(known, encoded, numerics)
  if (!process) return undefined
  const priors = logPriors(encoded, failures.length, limits.trials) ?? []
  return maximizeAcquisition({
    encoded,
    acquisition: sumOf([logDeviation(process), priors].flat()),
    anchors: [],
    known,
    lengthScales: process.hyperparameters.lengthScales,
    isNew: history.isNew,
    random: input.random.fork('furthest', index),
    effort: EFFORT,
  })
}

function isDue({ encoded, history: { observations }, index }: SamplerInput): boolean {
  const count = observations.length
  if (index % EVERY !== 0 || count < FEWEST || count > MOST || encoded.free.length === 0) return false
  return observations.every(({ value }) => value === undefined)
}

/** A process whose deviation grows with the distance from the points. */
function distanceFrom(
  points: readonly Point[],
  encoded: EncodedSpace,
  { algebra }: Numerics,
): GaussianProcess | undefined {
  const hyperparameters = smoothHyperparameters(encoded.free.length)
  const data = {
    ...featureRows(points, encoded),
    valueSets: [new Float64Array(points.length)],
    noises: new Float64Array(points.length).fill(hyperparameters.noise),
  }
  return GaussianProcess.condition(data, hyperparameters, algebra)
}
