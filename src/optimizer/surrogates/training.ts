import { quantile, type Standardized, standardize } from '../../math/stats.ts'
import type { Observation } from '../history/history.ts'
import type { EncodedSpace, Point } from '../space/encode.ts'
import { featureRows } from '../space/features.ts'
import type { TrainingData } from './fit.ts'
import { lowestOf, selectLocally } from './select-rows.ts'

/** What a model is conditioned on. Row i of everything belongs to one trial. */
export interface Training extends TrainingData {
  readonly points: readonly Point[]
  /** Of how many runs each value is the mean. */
  readonly runs: Float64Array
  /** Whether the trial could be the best: it completed, and keeps to all outcome constraints. */
  readonly eligible: readonly boolean[]
  /** What was taken off the values, and what they were divided by then. */
  readonly centre: number
  readonly scale: number
  /** Points of the eligible trials that are best, the best first; of all completed ones where none is. */
  readonly best: readonly Point[]
}

// So many an exact model takes in a tenth of a second; of more, it is given a neighbourhood.
export const MAX_ROWS = 1000
const BEST = 50
const FAILURE_NOISE = 0.1

/**
 * How many interquartile ranges above the third quartile values count as no worse than that. How bad a bad trial was says
 * nothing about the optimum, but would squeeze all the others together: a search leaves out a tenth of normal values, and
 * more where there is a cliff. Who wants to know what values are leaves out outliers only (Tukey 1977).
 */
export const FENCES = { search: 0.5, explanation: 1.5 } as const

/**
 * @param observations at least one of them completed.
 * @param lengthScales what is near, where there are too many of them.
 * @param fence see FENCES.
 */
export function selectTraining(
  observations: readonly Observation[],
  encoded: EncodedSpace,
  lengthScales: Float64Array,
  fence: number = FENCES.search,
): Training {
  const kept =
    observations.length <= MAX_ROWS
      ? observations
      : selectLocally(observations, encoded, lengthScales, MAX_ROWS)
  const {
    values: standardized,
    mean: centre,
    scale,
  } = standardizeCapped(
    kept.flatMap(({ value }) => (value === undefined ? [] : [value])),
    fence,
  )
  const eligible = observations.filter(isEligible)
  const ranked = eligible.length > 0 ? eligible : observations
  // A failure teaches "as bad as the worst": the region is left, not forbidden.
  const worst = standardized.reduce((a, b) => Math.max(a, b))
  let next = 0
  const values = Float64Array.from(kept, ({ value }) => (value === undefined ? worst : standardized[next++]!))
  const points = kept.map(({ point }) => point)
  return {
    ...featureRows(points, encoded),
    values,
    points,
    runs: Float64Array.from(kept, ({ runs = 1 }) => runs),
    centre,
    scale,
    eligible: kept.map(isEligible),
    noises: Float64Array.from(kept, (one) =>
      one.value === undefined ? FAILURE_NOISE : knownNoise(one, scale),
    ),
    best: lowestOf(ranked, BEST).map((i) => ranked[i]!.point),
  }
}

/** Of completed observations, the best half and an even choice of the rest where there are more than `limit`, an even number. */
export function selectForFit(
  completed: readonly Observation[],
  encoded: EncodedSpace,
  limit: number,
  fence: number = FENCES.search,
): TrainingData {
  const capped = standardizeCapped(
    completed.map(({ value }) => value!),
    fence,
  )
  const chosen = bestAndSpread(capped.values, limit)
  const { values, scale } = standardize(chosen.map((i) => capped.values[i]!))
  const kept = chosen.map((i) => completed[i]!)
  return {
    ...featureRows(
      kept.map(({ point }) => point),
      encoded,
    ),
    values,
    noises: Float64Array.from(kept, (one) => knownNoise(one, capped.scale * scale)),
  }
}

/** Variance of a value in units of the standardized ones, where its trial told the standard error. */
function knownNoise({ value, measured }: Observation, scale: number): number {
  const [error = 0] = measured?.errors ?? []
  // A place in an order has no such error.
  return value === measured?.objectives[0] ? (error / scale) ** 2 : 0
}

/** Indices of the lower half and an even choice of the rest where there are more than `limit`, an even number; ascending. */
export function bestAndSpread(values: ArrayLike<number>, limit: number): number[] {
  if (values.length <= limit) return Array.from(values, (_, i) => i)
  const ranked = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b)
  const half = limit / 2
  const rest = ranked.slice(half)
  const spread = Array.from({ length: half }, (_, k) => rest[Math.floor((k * rest.length) / half)]!)
  return [...ranked.slice(0, half), ...spread].sort((a, b) => a - b)
}

function isEligible({ value, measured }: Observation): boolean {
  return value !== undefined && measured?.isFeasible !== false
}

function standardizeCapped(values: readonly number[], fence: number): Standardized {
  const cap = worstValue(values, fence)
  return standardize(values.map((value) => Math.min(value, cap)))
}

/** Above this a value counts as no worse: see FENCES. */
export function worstValue(values: readonly number[], fence: number): number {
  if (values.length < 8) return Number.POSITIVE_INFINITY
  const [q1, q3] = quartilesOf(values)
  return q3 > q1 ? q3 + fence * (q3 - q1) : Number.POSITIVE_INFINITY
}

// Interquartile ranges: a value further out is one that diverged.
const FAR = 10

/**
 * The search's fence, or as much wider as it takes for these values, which must not count as better than they are, unless
 * they diverged.
 */
export function fenceKeeping(values: readonly number[], kept: readonly number[]): number {
  const [q1, q3] = quartilesOf(values)
  if (!(q3 > q1)) return FENCES.search
  const beyond = kept.map((value) => (value - q3) / (q3 - q1)).filter((far) => far <= FAR)
  return beyond.reduce((most, far) => Math.max(most, far), FENCES.search)
}

function quartilesOf(values: readonly number[]): readonly [first: number, third: number] {
  const ascending = Float64Array.from(values).sort()
  return [quantile(ascending, 0.25), quantile(ascending, 0.75)]
}
