import { type Objective, toAxis } from '../../../domain/metric.ts'
import type { Acquisition } from '../../acquisition/acquisition.ts'
import { averageAcquisitions } from '../../acquisition/average.ts'
import { believe } from '../../acquisition/fantasies.ts'
import {
  type Cell,
  cellsBelow,
  logHypervolumeImprovement,
} from '../../acquisition/log-hypervolume-improvement.ts'
import { sumOf } from '../../acquisition/sum.ts'
import { awaitedOf, type Observation, ofObjective } from '../../history/history.ts'
import { crowdingDistances, nonDominatedFronts } from '../../history/rank.ts'
import type { Numerics } from '../../numerics.ts'
import type { Point } from '../../space/encode.ts'
import { featuresOf } from '../../space/features.ts'
import type { Hyperparameters } from '../../surrogates/fit.ts'
import { GaussianProcess } from '../../surrogates/gaussian-process.ts'
import { fitOnSchedule } from '../../surrogates/scheduled-fit.ts'
import { fenceKeeping, selectTraining, type Training } from '../../surrogates/training.ts'
import type { SamplerInput } from '../sampler.ts'
import { weighingFactors } from './weighing-factors.ts'

// Cells grow with the square of a front of three objectives; with more of them a proposal would take seconds.
const MOST_ON_FRONT: Readonly<Record<number, number>> = { 2: 200, 3: 30 }
// Of the range of the results, so that the ends of the front are worth something.
const BEYOND = 0.1
// The hypervolume takes the place of a sharper belief: each costs all of the objectives' models.
const DRAWS = 2

/** What a study of several objectives maximizes, and where to look for it. */
export interface ParetoPromise {
  readonly acquisition: Acquisition
  readonly anchors: readonly Point[]
  readonly lengthScales: Float64Array
  /** Of all models together. */
  readonly rows: number
  /** Whether a point is expected to be on the front, or beyond it. */
  readonly isBetter: (features: Float64Array) => boolean
}

/** What is asked of fitted hyperparameters. */
export type Refine = (fits: readonly Hyperparameters[]) => Hyperparameters[]

/** One objective: what its model is conditioned on, and the hyperparameters that are likely. */
interface Model {
  readonly training: Training
  readonly fits: readonly Hyperparameters[]
  readonly reference: number | undefined
}

/** Features of the trials in flight, and whether what they come to is likely to count. */
interface Pending {
  readonly pending: readonly Float64Array[]
  readonly isLikely: readonly boolean[]
}

/**
 * What points promise in a study of two objectives, or of three with references: the expected improvement of the
 * hypervolume, a process an objective, weighed by the chances that it counts and by what the user believes. Trials in
 * flight count as measured where they are expected. Undefined for other studies, where no model can be made, and before a
 * trial keeps to the bounds.
 */
export function paretoPromise(
  input: Pick<SamplerInput, 'history' | 'encoded' | 'limits' | 'numerics'>,
  refine: Refine,
): ParetoPromise | undefined {
  const { history, encoded, numerics } = input
  const { observations, objectives } = history
  const front = hasReference(objectives) ? frontOf(observations, MOST_ON_FRONT[objectives.length]!) : []
  if (front.length === 0) return undefined
  const weighed = weighingFactors(input, observations.length)
  if (!weighed) return undefined
  const models = objectives.map((objective, k) => modelOf(front, objective, k, input, refine))
  const pending = awaitedOf(history).map((point) => featuresOf(encoded, point))
  const awaited = { pending, isLikely: weighed.areLikely(pending) }
  const draws = Math.min(DRAWS, ...models.map(({ fits }) => fits.length))
  const improvements = Array.from({ length: draws }, (_, draw) => {
    const processes = models.flatMap((model) => processOf(model, draw, numerics) ?? [])
    return processes.length === models.length
      ? improvement(processes, models, front, awaited, numerics)
      : undefined
  }).flatMap((one) => one ?? [])
  if (improvements.length === 0) return undefined
  return {
    acquisition: sumOf([
      averageAcquisitions(improvements.map(({ acquisition }) => acquisition)),
      ...weighed.factors,
    ]),
    anchors: front.map(({ point }) => point),
    lengthScales: models[0]!.fits[0]!.lengthScales,
    rows: models.reduce((sum, { training }) => sum + training.rows.length, 0),
    isBetter: improvements[0]!.isBetter,
  }
}

/** Guessed for two objectives. A guess is a bad one in three, where the weighted norm of ParEGO found more. */
function hasReference(objectives: readonly Objective[]): boolean {
  return (
    objectives.length === 2 ||
    (objectives.length === 3 && objectives.every(({ reference }) => reference !== undefined))
  )
}

/** The best trade-offs; of more than `most` the loneliest. */
function frontOf(observations: readonly Observation[], most: number): Observation[] {
  const eligible = observations.filter(({ measured }) => measured?.isFeasible)
  const values = eligible.map(({ measured }) => measured!.objectives)
  const front = nonDominatedFronts(values)[0] ?? []
  const crowding = crowdingDistances(front.map((i) => values[i]!))
  const places = [...front.keys()].sort((a, b) =>
    crowding[a] === crowding[b] ? a - b : crowding[b]! - crowding[a]!,
  )
  return places.slice(0, most).map((at) => eligible[front[at]!]!)
}

function modelOf(
  front: readonly Observation[],
  objective: Objective,
  k: number,
  { history, encoded, numerics }: Pick<SamplerInput, 'history' | 'encoded' | 'numerics'>,
  refine: Refine,
): Model {
  const values = history.observations.map((one) => ofObjective(one, k))
  const fits = refine(fitOnSchedule(values, encoded, numerics))
  // An end of the front that counted as better than it is would promise what it is already, again and again.
  const fence = fenceKeeping(
    values.flatMap(({ value }) => (value === undefined ? [] : [value])),
    front.map(({ measured }) => measured!.objectives[k]!),
  )
  const training = selectTraining(values, encoded, fits[0]!.lengthScales, fence)
  const { reference } = objective
  return {
    fits,
    training,
    reference: reference === undefined ? undefined : toAxis(objective, reference),
  }
}

function processOf(
  { training, fits }: Model,
  draw: number,
  { algebra }: Numerics,
): GaussianProcess | undefined {
  const fit = fits[draw]!
  const noises = training.noises.map((known) => fit.noise + known)
  return GaussianProcess.condition({ ...training, valueSets: [training.values], noises }, fit, algebra)
}

function improvement(
  processes: readonly GaussianProcess[],
  models: readonly Model[],
  front: readonly Observation[],
  { pending, isLikely }: Pending,
  { algebra }: Numerics,
): Pick<ParetoPromise, 'acquisition' | 'isBetter'> | undefined {
  const measured = front.map(({ measured: one }) =>
    models.map(({ training: { centre, scale } }, k) => (one!.objectives[k]! - centre) / scale),
  )
  const reference = models.map(({ reference: given, training }) =>
    given === undefined ? beyond(training) : (given - training.centre) / training.scale,
  )
  if (pending.length === 0) return overCells(processes, cellsBelow(measured, reference))
  const expected = processes.map((process) => process.means(pending))
  const believing = processes.flatMap((process, k) => believe(process, pending, expected[k]!, algebra) ?? [])
  if (believing.length < processes.length) return undefined
  const believed = [...pending.keys()]
    .filter((i) => isLikely[i])
    .map((i) => expected.map((means) => means[i]!))
  return overCells(believing, cellsBelow([...measured, ...believed], reference))
}

function overCells(
  processes: readonly GaussianProcess[],
  cells: readonly Cell[],
): Pick<ParetoPromise, 'acquisition' | 'isBetter'> {
  return {
    acquisition: logHypervolumeImprovement(processes, cells),
    isBetter: (features) => {
      const means = processes.map((process) => process.means([features])[0]!)
      return cells.some(({ upper }) => upper.every((end, k) => means[k]! < end))
    },
  }
}

/** A little beyond the worst result but for outliers: from beyond its own worst alone a front never grows longer. */
function beyond({ values }: Training): number {
  const [best, worst] = [Math.min, Math.max].map((extreme) => values.reduce((a, b) => extreme(a, b)))
  return worst! + BEYOND * (worst! - best!)
}
