import type { Random } from '../../math/random.ts'
import { type EncodedSpace, featuresOfAll, isFeasible, type Point } from '../encode.ts'
import type { Acquisition } from './acquisition.ts'
import { isWithin, type TrustRegion } from './trust-region.ts'

export interface MaximizeInput {
  readonly encoded: EncodedSpace
  readonly acquisition: Acquisition
  /** Nearly the same for less work, if there is such a thing: decides which candidates are looked at closely. */
  readonly screen?: Acquisition
  /** Points around which improvement is likely, the best first; feasible. */
  readonly anchors: readonly Point[]
  readonly lengthScales: Float64Array
  /** Where to look; everywhere when absent. */
  readonly region?: TrustRegion
  readonly isNew: (point: Point) => boolean
  readonly random: Random
  /** How much to look at: fewer where each look costs more. */
  readonly effort: { readonly candidates: number; readonly starts: number }
}

/**
 * Whether a search may stop at the point. In a finite space the best place is often one that was tried, where results are
 * noisy: a search that went there would end with nothing. Elsewhere it never meets one.
 */
export function isAdmitted({ encoded, isNew, region }: MaximizeInput, point: Point): boolean {
  const isInside = !region || isWithin(encoded, region, point)
  return isInside && isFeasible(encoded, point) && (encoded.size === Number.POSITIVE_INFINITY || isNew(point))
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
  const scored: Scored[] = []
  for (let start = 0; start < points.length; start += BATCH) {
    const batch = points.slice(start, start + BATCH)
    const values = acquisition.evaluate(featuresOfAll(encoded, batch))
    batch.forEach((point, k) => {
      scored.push({ point, value: values[k]! })
    })
  }
  return scored
}
