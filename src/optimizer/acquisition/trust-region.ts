import { clamp } from '../../math/clamp.ts'
import type { Random } from '../../math/random.ts'
import type { History } from '../history/history.ts'
import { type Dimension, type EncodedSpace, fromUnitCube, type Point } from '../space/encode.ts'
import { MAX_ROWS, type Training } from '../surrogates/training.ts'

/** A box around a point, by free dimension in units of the axis; of categories all are inside. */
export interface TrustRegion {
  readonly centre: Point
  readonly lower: Float64Array
  readonly upper: Float64Array
}

// As in TuRBO, and so are the rules below.
const SIDES = { first: 0.8, largest: 1.6, smallest: 2 ** -7 }
const SUCCESSES = 3
const FEWEST_FAILURES = 4
const MOST_MOVED = 20
// A gain of less, in deviations of the values, tells nothing.
const WORTHWHILE = 1e-3
// Share of a region's side within which points are taken for one.
const NEXT_TO = 0.05

/**
 * Where the proposal of this index has to be. Beyond the exact model's range, what it knows is mostly a neighbourhood: three
 * proposals in four stay near the best trial, the nearer the longer nothing better was found; all others may be anywhere.
 */
export function regionFor(
  { observations }: Pick<History, 'observations'>,
  { best, scale }: Pick<Training, 'best' | 'scale'>,
  { encoded, lengthScales }: { encoded: EncodedSpace; lengthScales: Float64Array },
  index: number,
): TrustRegion | undefined {
  if (observations.length <= MAX_ROWS || index % 4 === 0) return undefined
  const values = observations.map(({ value }) => value)
  const side = regionSide(values, MAX_ROWS, WORTHWHILE * scale, encoded.free.length)
  return trustRegion(encoded, best[0]!, lengthScales, side)
}

/**
 * The side of a trust region after these results: doubled after three gains in a row, halved after as many failures as
 * there are dimensions, and large again when it has become too small (Eriksson, Pearce, Gardner, Turner and Poloczek,
 * "Scalable global optimization via local Bayesian optimization", NeurIPS 2019, section 2).
 *
 * @param values in the order of trials, smaller is better; undefined for a failure.
 * @param from the first of them that the region had a part in. @param worthwhile the least gain that counts.
 */
export function regionSide(
  values: readonly (number | undefined)[],
  from: number,
  worthwhile: number,
  dimensions: number,
): number {
  let best = Number.POSITIVE_INFINITY
  let side = SIDES.first
  let [successes, failures] = [0, 0]
  for (const [k, value = Number.POSITIVE_INFINITY] of values.entries()) {
    const gains = value < best - worthwhile
    best = Math.min(best, value)
    if (k < from) continue
    ;[successes, failures] = gains ? [successes + 1, 0] : [0, failures + 1]
    if (successes < SUCCESSES && failures < Math.max(FEWEST_FAILURES, dimensions)) continue
    side = gains ? Math.min(2 * side, SIDES.largest) : side / 2
    if (side < SIDES.smallest) side = SIDES.first
    ;[successes, failures] = [0, 0]
  }
  return side
}

/** @param side of the box; longer where the model is smoother, its volume the same. */
export function trustRegion(
  { dimensions, free }: EncodedSpace,
  centre: Point,
  lengthScales: Float64Array,
  side: number,
): TrustRegion {
  const logMean = lengthScales.reduce((sum, length) => sum + Math.log(length), 0) / lengthScales.length
  const halves = lengthScales.map((length) => (0.5 * side * length) / Math.exp(logMean))
  const ends = free.map((index, k) => {
    const { unitAt } = dimensions[index]!
    const unit = unitAt(centre[index]!)
    // A lattice's next value is near, however small the box.
    const near = neighbours(dimensions[index]!, centre[index]!).map(unitAt)
    return [Math.min(unit - halves[k]!, ...near), Math.max(unit + halves[k]!, ...near)] as const
  })
  const [lower, upper] = [0, 1].map((end) => Float64Array.from(ends, (both) => clamp(both[end]!)))
  return { centre, lower: lower!, upper: upper! }
}

function neighbours({ count }: Dimension, level: number): number[] {
  if (!Number.isFinite(count)) return []
  return [level - 1, level + 1].filter((next) => next >= 0 && next < count)
}

export function isWithin({ dimensions, free }: EncodedSpace, region: TrustRegion, point: Point): boolean {
  return free.every((index, k) => {
    const { kind, unitAt } = dimensions[index]!
    const unit = unitAt(point[index]!)
    return kind === 'categorical' || (unit >= region.lower[k]! && unit <= region.upper[k]!)
  })
}

/** Whether points of these features are so near each other, by the region's size, that one tells nearly all of the other. */
export function isNextTo(
  { dimensions, free }: EncodedSpace,
  { lower, upper }: TrustRegion,
  a: Float64Array,
  b: Float64Array,
): boolean {
  return free.every((index, k) =>
    dimensions[index]!.kind === 'categorical'
      ? a[k] === b[k]
      : Math.abs(a[k]! - b[k]!) < NEXT_TO * (upper[k]! - lower[k]!),
  )
}

/** The point of the region at this position of the unit cube; of very many dimensions, most stay as they are at the centre. */
export function drawWithin(
  encoded: EncodedSpace,
  { centre, lower, upper }: TrustRegion,
  unit: ArrayLike<number>,
  random: Random,
): Point {
  const { dimensions, free } = encoded
  const scaled = Float64Array.from(unit, (u, k) =>
    dimensions[free[k]!]!.kind === 'categorical' ? u : lower[k]! + u * (upper[k]! - lower[k]!),
  )
  const point = fromUnitCube(encoded, scaled)
  for (const index of free) if (random.uniform() * free.length >= MOST_MOVED) point[index] = centre[index]!
  return point
}
