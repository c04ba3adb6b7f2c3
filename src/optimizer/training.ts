import { quantile, type Standardized, standardize } from '../math/stats.ts'
import { type EncodedSpace, featuresOf, type Point } from './encode.ts'
import type { Observation } from './observe.ts'
import type { Judged } from './scalarize.ts'
import type { TrainingData } from './surrogates/fit.ts'

/** What a model is conditioned on. Row i of everything belongs to one trial. */
export interface Training extends TrainingData {
  /** Whether the trial could be the best: it completed, and keeps to all outcome constraints. */
  readonly eligible: readonly boolean[]
  /** What was taken off the values, and what they were divided by then. */
  readonly centre: number
  readonly scale: number
  /** Variance added to that of the noise: of a known standard error, or because a failure's value is imputed. */
  readonly noises: Float64Array
  /** Points of the eligible trials, the best first; of all completed ones where none is. */
  readonly best: readonly Point[]
}

// Beyond this an exact model costs seconds: the best half and the newest half stay.
const MAX_ROWS = 500
const FAILURE_NOISE = 0.1
// An observation with this variance says nothing; more would only lose digits.
const MOST_NOISE = 1e6

/** @param observations at least one of them completed. */
export function selectTraining(observations: readonly Judged[], encoded: EncodedSpace): Training {
  const kept = keepBestAndNewest(observations, MAX_ROWS)
  const completed = kept.flatMap(({ value }) => (value === undefined ? [] : [value]))
  const { values: standardized, mean: centre, scale } = standardizeCapped(completed)
  // A failure teaches "as bad as the worst": the region is left, not forbidden.
  const worst = standardized.reduce((a, b) => Math.max(a, b))
  const eligible = observations.filter(isEligible)
  let next = 0
  const values = Float64Array.from(kept, ({ value }) => (value === undefined ? worst : standardized[next++]!))
  return {
    ...featuresAndKinds(kept, encoded),
    values,
    centre,
    scale,
    eligible: kept.map(isEligible),
    noises: Float64Array.from(kept, ({ value, error = 0 }) =>
      value === undefined ? FAILURE_NOISE : Math.min((error / scale) ** 2, MOST_NOISE),
    ),
    best: byValue(eligible.length > 0 ? eligible : observations).map(({ point }) => point),
  }
}

/** Of completed observations, the best half and an even choice of the rest where there are more than `limit`, an even number. */
export function selectForFit(
  completed: readonly Observation[],
  encoded: EncodedSpace,
  limit: number,
): TrainingData {
  const capped = standardizeCapped(completed.map(({ value }) => value!)).values
  const all = completed.map((_, i) => i)
  const chosen = completed.length <= limit ? all : bestAndSpread(all, capped, limit)
  return {
    ...featuresAndKinds(
      chosen.map((i) => completed[i]!),
      encoded,
    ),
    values: standardize(chosen.map((i) => capped[i]!)).values,
  }
}

function featuresAndKinds(observations: readonly Observation[], encoded: EncodedSpace) {
  return {
    rows: observations.map(({ point }) => featuresOf(encoded, point)),
    categorical: encoded.free.map((index) => encoded.dimensions[index]!.kind === 'categorical'),
  }
}

function bestAndSpread(indices: readonly number[], values: Float64Array, limit: number): number[] {
  const ranked = indices.toSorted((a, b) => values[a]! - values[b]! || a - b)
  const half = limit / 2
  const rest = ranked.slice(half)
  const spread = Array.from({ length: half }, (_, k) => rest[Math.floor((k * rest.length) / half)]!)
  return [...ranked.slice(0, half), ...spread].sort((a, b) => a - b)
}

function isEligible({ value, measured }: Observation): boolean {
  return value !== undefined && measured?.isFeasible !== false
}

function keepBestAndNewest(observations: readonly Judged[], limit: number): readonly Judged[] {
  if (observations.length <= limit) return observations
  const kept = new Set(byValue(observations).slice(0, limit / 2))
  for (let i = observations.length - 1; kept.size < limit; i--) kept.add(observations[i]!)
  return observations.filter((observation) => kept.has(observation))
}

/** Completed observations, smallest first; the earlier trial first where values are equal. */
function byValue(observations: readonly Observation[]): Observation[] {
  const completed = observations.filter(({ value }) => value !== undefined)
  return completed.sort((a, b) => a.value! - b.value!)
}

/**
 * What lies above Q3 + 1.5 IQR counts as no worse than that: how bad a bad trial was says nothing about the optimum,
 * but would squeeze all the others together.
 */
function standardizeCapped(values: readonly number[]): Standardized {
  const cap = worstValue(values)
  return standardize(values.map((value) => Math.min(value, cap)))
}

function worstValue(values: readonly number[]): number {
  if (values.length < 8) return Number.POSITIVE_INFINITY
  const ascending = values.toSorted((a, b) => a - b)
  const [q1, q3] = [quantile(ascending, 0.25), quantile(ascending, 0.75)]
  return q3 > q1 ? q3 + 1.5 * (q3 - q1) : Number.POSITIVE_INFINITY
}
