import type { Random } from '../../math/random.ts'
import { type EncodedSpace, isFeasible, type Point } from '../space/encode.ts'
import { featuresOfAll } from '../space/features.ts'
import type { Acquisition } from './acquisition.ts'
import { isWithin, type TrustRegion } from './trust-region.ts'

export interface MaximizeInput {
  readonly encoded: EncodedSpace
  readonly acquisition: Acquisition
  /** Nearly the same for less work, if there is such a thing: decides which candidates are looked at closely. */
  readonly screen?: Acquisition
  /** Points around which improvement is likely, the best first; feasible. */
  readonly anchors: readonly Point[]
  /** All points that the acquisition knows anything of, with a result or not; the best first. */
  readonly known: readonly Point[]
  readonly lengthScales: Float64Array
  /** Where to look; everywhere when absent. */
  readonly region?: TrustRegion
  readonly isNew: (point: Point) => boolean
  readonly random: Random
  /** How much to look at: fewer where each look costs more. */
  readonly effort: Effort
}

/** Whether a search may come by the point. */
export function isAllowed({ encoded, region }: MaximizeInput, point: Point): boolean {
  return (!region || isWithin(encoded, region, point)) && isFeasible(encoded, point)
}

/**
 * Whether a search may stop at a point that it came by. In a finite space the best place is often one that was tried, where
 * results are noisy: a search that went there would end with nothing. Elsewhere it never meets one.
 */
export function mayStopAt({ encoded, isNew }: MaximizeInput, point: Point): boolean {
  return encoded.size === Number.POSITIVE_INFINITY || isNew(point)
}

export function isAdmitted(input: MaximizeInput, point: Point): boolean {
  return isAllowed(input, point) && mayStopAt(input, point)
}

export interface Effort {
  readonly candidates: number
  readonly starts: number
  /** Numbers of features to look at, of the neighbours of all starts: where each has very many there are fewer starts. */
  readonly looks: number
}

/** A point with its acquisition value. */
export interface Scored {
  readonly point: Point
  readonly value: number
}

// Enough to share the rows of the factor, few enough to stay in the processor's cache.
const BATCH = 192

/** Scores in the order of the points. */
export function scoreAll(
  { encoded, acquisition }: Pick<MaximizeInput, 'encoded' | 'acquisition'>,
  points: readonly Point[],
): Scored[] {
  const values = evaluateAll(acquisition, featuresOfAll(encoded, points))
  return points.map((point, k) => ({ point, value: values[k]! }))
}

/** Of each point, whose features these are. */
export function evaluateAll(acquisition: Acquisition, features: readonly Float64Array[]): Float64Array {
  if (features.length <= BATCH) return acquisition.evaluate(features)
  const values = new Float64Array(features.length)
  for (let start = 0; start < features.length; start += BATCH) {
    values.set(acquisition.evaluate(features.slice(start, start + BATCH)), start)
  }
  return values
}
