import type { Observation } from '../history/history.ts'
import type { EncodedSpace } from '../space/encode.ts'
import { featuresOnce } from '../space/features.ts'

// The model has to be right where the next best point may be, know what is good elsewhere, and the rest in outline.
const NEAREST_SHARE = 0.5
const LOWEST_SHARE = 0.3

/**
 * The observations that a model of `limit` rows learns most from: the nearest to the best one, in the metric of the
 * model, the best ones, and an even choice of the others; in their order.
 */
export function selectLocally(
  observations: readonly Observation[],
  encoded: EncodedSpace,
  lengthScales: Float64Array,
  limit: number,
): Observation[] {
  const kept = new Set(lowestOf(observations, Math.floor(limit * LOWEST_SHARE)))
  const distances = distancesTo(observations, [...kept][0]!, encoded, lengthScales)
  const nearest = lowestIndices(distances, Math.floor(limit * (LOWEST_SHARE + NEAREST_SHARE)))
  for (const i of nearest) if (kept.size < limit * (LOWEST_SHARE + NEAREST_SHARE)) kept.add(i)
  const others = [...observations.keys()].filter((i) => !kept.has(i))
  const room = limit - kept.size
  for (let k = 0; k < room; k++) kept.add(others[Math.floor((k * others.length) / room)]!)
  return [...kept].sort((a, b) => a - b).map((i) => observations[i]!)
}

/** Indices of the completed observations with the lowest values, the lowest first; of equal ones the earlier first. */
export function lowestOf(observations: readonly Observation[], count: number): number[] {
  return lowestIndices(
    Float64Array.from(observations, ({ value = Number.NaN }) => value),
    count,
  )
}

/** NaN is none of the lowest. */
function lowestIndices(values: Float64Array, count: number): number[] {
  // Typed arrays sort fast, and NaN to the end: what is above the last of `count` needs no sorting with the rest.
  const last = values.toSorted()[Math.min(count, values.length) - 1]!
  const isLow = (value: number) => !(value > last) && !Number.isNaN(value)
  const indices = Array.from(values.keys()).filter((i) => isLow(values[i]!))
  return indices.sort((a, b) => values[a]! - values[b]! || a - b).slice(0, count)
}

function distancesTo(
  observations: readonly Observation[],
  centre: number,
  encoded: EncodedSpace,
  lengthScales: Float64Array,
): Float64Array {
  const from = featuresOnce(encoded, observations[centre]!.point)
  const isCategory = encoded.free.map((index) => encoded.dimensions[index]!.kind === 'categorical')
  return Float64Array.from(observations, ({ point }) => {
    const features = featuresOnce(encoded, point)
    let sum = 0
    for (let i = 0; i < features.length; i++) {
      const difference = isCategory[i] ? Number(features[i] !== from[i]) : features[i]! - from[i]!
      sum += (difference / lengthScales[i]!) ** 2
    }
    return sum
  })
}
