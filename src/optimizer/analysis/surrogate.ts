import { errorFromAxis, fromAxis, type Objective } from '../../domain/metric.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import { Random } from '../../math/random.ts'
import { SobolSequence } from '../../math/sobol.ts'
import { type Observation, ofObjective } from '../history/history.ts'
import { observe } from '../history/observe.ts'
import { poolRuns } from '../history/pool-runs.ts'
import type { Numerics } from '../numerics.ts'
import { type EncodedSpace, encodeSpace, fromUnitCube, type Point } from '../space/encode.ts'
import { featuresOf, featuresOfAll } from '../space/features.ts'
import { feasibleOf } from '../space/repair.ts'
import { withLogarithms } from '../space/wide-ranges.ts'
import { GaussianProcess } from '../surrogates/gaussian-process.ts'
import { fitOnSchedule } from '../surrogates/scheduled-fit.ts'
import { FENCES, selectTraining } from '../surrogates/training.ts'
import { rowNoises, triedMeans } from '../surrogates/tried-values.ts'

/** With fewer completed trials a model says nothing. */
export const MIN_RESULTS = 5

/** What the trials with a result teach about one objective: a model to be asked, in the objective's own unit and sign. */
export interface Surrogate {
  readonly encoded: EncodedSpace
  readonly process: GaussianProcess
  /** Completed trials it was made from. */
  readonly results: number
  readonly at: (point: Point) => Prediction
  /** The means alone, standardized, smaller being better: they cost less. */
  readonly meansAt: (points: readonly Point[]) => number[]
  /** Standardized, smaller being better: what a point would come to in the mean of many runs; its own results count most. */
  readonly expectedAt: (points: readonly Point[]) => number[]
  /** Standardized values, smaller being better, to the objective's own. */
  readonly toUnit: (standardized: number) => number
  /** What an improvement on a standardized value is in the objective's unit, 0 and above. */
  readonly gain: (from: number, by: number) => number
  /** A stream of the study's own, for what the analysis draws. */
  readonly random: Random
}

export interface Prediction {
  readonly mean: number
  /** Standard deviation of the objective itself, without the noise of a single measurement. */
  readonly deviation: number
}

/** Undefined while there are fewer than MIN_RESULTS results, or nothing to vary. */
export function fitSurrogate(
  snapshot: StudySnapshot,
  objective: Objective,
  k: number,
  numerics: Numerics,
): Surrogate | undefined {
  const { definition } = snapshot.study
  const encoded = encodeSpace(withLogarithms(definition.searchSpace))
  const results = observe(snapshot, encoded)
    .observations.filter(({ measured }) => measured)
    .map((one) => ofObjective(one, k))
  const random = Random.fromSeed(definition.seed).fork('analysis', k)
  return fitResults(results, encoded, { objective, random, numerics })
}

interface Subject {
  readonly objective: Pick<Objective, 'goal' | 'scale'>
  readonly random: Random
  readonly numerics: Numerics
}

/** @param results in the order of trial numbers, smaller being better whatever the objective's goal. */
export function fitResults(
  results: readonly Observation[],
  encoded: EncodedSpace,
  { objective, random, numerics }: Subject,
): Surrogate | undefined {
  if (results.length < MIN_RESULTS || encoded.free.length === 0) return undefined
  const { explanation } = FENCES
  const hyperparameters = fitOnSchedule(results, encoded, numerics, explanation)[0]!
  const training = selectTraining(poolRuns(results), encoded, hyperparameters.lengthScales, explanation)
  const noises = rowNoises(hyperparameters.noise, training)
  const process = GaussianProcess.condition(
    { ...training, valueSets: [training.values], noises },
    hyperparameters,
    numerics.algebra,
  )
  if (!process) return undefined
  const { centre, scale } = training
  const toUnit = (value: number) => fromAxis(objective, value * scale + centre)
  return {
    encoded,
    process,
    results: results.length,
    at: (point) => {
      const { means, variances } = process.posterior([featuresOf(encoded, point)])
      const mean = toUnit(means[0]!)
      return { mean, deviation: errorFromAxis(objective, mean, Math.sqrt(variances[0]!) * scale) }
    },
    meansAt: (points) => Array.from(process.means(featuresOfAll(encoded, points))),
    expectedAt: (points) => expectedAt(process, featuresOfAll(encoded, points)),
    toUnit,
    // A difference of two large numbers would have few digits.
    gain: (from, by) => (objective.scale === 'log' ? Math.abs(toUnit(from - by) - toUnit(from)) : by * scale),
    random,
  }
}

function expectedAt(process: GaussianProcess, points: readonly Float64Array[]): number[] {
  const tried = triedMeans(process)
  const rows = new Map(process.data.rows.map((row, p) => [row.join(), tried[p]!]))
  const means = process.means(points)
  return points.map((features, i) => rows.get(features.join()) ?? means[i]!)
}

// Of points that keep to all constraints: fewer say little of a space.
const FEWEST = 64

/** Points spread evenly over the space that keep to its constraints; few where these leave hardly any. */
export function spreadPoints({ encoded, random }: Surrogate, count: number): Point[] {
  const sequence = SobolSequence.scrambled(encoded.free.length, random.fork('spread'))
  const points = sequence.first(count).map((unit) => fromUnitCube(encoded, unit))
  return feasibleOf(encoded, points, FEWEST, random.fork('feasible'))
}
