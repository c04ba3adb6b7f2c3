import type { StudySnapshot } from '../../domain/events.ts'
import { type Objective, toMinimized } from '../../domain/metric.ts'
import { Random } from '../../math/random.ts'
import { SobolSequence } from '../../math/sobol.ts'
import { type EncodedSpace, encodeSpace, fromUnitCube, isFeasible, type Point } from '../encode.ts'
import { featuresOf, featuresOfAll } from '../features.ts'
import type { Numerics } from '../numerics.ts'
import { type Observation, observe, ofObjective } from '../observe.ts'
import { poolRuns } from '../pool-runs.ts'
import { fitOnSchedule } from '../scheduled-fit.ts'
import { GaussianProcess } from '../surrogates/gaussian-process.ts'
import { rowNoises, triedMeans } from '../surrogates/tried-values.ts'
import { FENCES, selectTraining } from '../training.ts'
import { withLogarithms } from '../wide-ranges.ts'

/** With fewer completed trials a model says nothing. */
export const MIN_RESULTS = 5

/** What the trials with a result teach about one objective: a model to be asked, in the objective's own unit and sign. */
export interface Surrogate {
  readonly encoded: EncodedSpace
  readonly process: GaussianProcess
  /** Completed trials it was made from. */
  readonly results: number
  readonly at: (point: Point) => Prediction
  /** The means alone, which cost less. */
  readonly meansAt: (points: readonly Point[]) => number[]
  /** Standardized, smaller being better: what a point would come to in the mean of many runs; its own results count most. */
  readonly expectedAt: (points: readonly Point[]) => number[]
  /** Standardized values, smaller being better, to the objective's own; `deviation` for differences. */
  readonly toUnit: (standardized: number) => number
  readonly deviation: number
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
  readonly objective: Pick<Objective, 'goal'>
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
  const toUnit = (value: number) => toMinimized(objective, value * training.scale + training.centre)
  return {
    encoded,
    process,
    results: results.length,
    at: (point) => {
      const { means, variances } = process.posterior([featuresOf(encoded, point)])
      return { mean: toUnit(means[0]!), deviation: Math.sqrt(variances[0]!) * training.scale }
    },
    meansAt: (points) => Array.from(process.means(points.map((point) => featuresOf(encoded, point))), toUnit),
    expectedAt: (points) => expectedAt(process, featuresOfAll(encoded, points)),
    toUnit,
    deviation: training.scale,
    random,
  }
}

function expectedAt(process: GaussianProcess, points: readonly Float64Array[]): number[] {
  const tried = triedMeans(process)
  const rows = new Map(process.data.rows.map((row, p) => [row.join(), tried[p]!]))
  const means = process.means(points)
  return points.map((features, i) => rows.get(features.join()) ?? means[i]!)
}

/** Points spread evenly over the space; those that break constraints are left out. */
export function spreadPoints({ encoded, random }: Surrogate, count: number): Point[] {
  const sequence = SobolSequence.scrambled(encoded.free.length, random.fork('spread'))
  const points = sequence.first(count).map((unit) => fromUnitCube(encoded, unit))
  return points.filter((point) => isFeasible(encoded, point))
}
