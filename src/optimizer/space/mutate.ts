import type { Random } from '../../math/random.ts'
import type { EncodedSpace, Point } from './encode.ts'

/** Sizes of a move as fractions of an axis, drawn log-uniformly between these. */
export interface MoveSizes {
  readonly smallest: number
  readonly largest: number
}

// Few enough to keep what is good about a point, enough to cross a valley that is oblique to the axes.
const MOVE_CHANCE = 0.3

/**
 * A neighbour of a point: one free dimension moves for certain, each other one by chance, all by one size.
 *
 * @param moved is written to.
 */
export function mutate(
  { dimensions, free }: EncodedSpace,
  point: Point,
  sizes: MoveSizes,
  random: Random,
  moved: Point = new Float64Array(point.length),
): Point {
  const size = sizes.smallest * (sizes.largest / sizes.smallest) ** random.uniform()
  const certain = random.int(free.length)
  moved.set(point)
  for (let k = 0; k < free.length; k++) {
    if (k !== certain && random.uniform() >= MOVE_CHANCE) continue
    const index = free[k]!
    const { kind, count, levelAt, unitAt } = dimensions[index]!
    const level = point[index]!
    if (kind === 'categorical') moved[index] = otherLevel(level, count, random)
    else {
      const unit = unitAt(level) + size * random.normal()
      const landed = levelAt(Math.min(Math.max(unit, 0), 1))
      moved[index] = landed === level ? nextLevel(level, count, random) : landed
    }
  }
  return moved
}

function otherLevel(level: number, count: number, random: Random): number {
  return (level + 1 + random.int(count - 1)) % count
}

/** A lattice value that did not move goes to a neighbour; a continuous one stays where it is. */
function nextLevel(level: number, count: number, random: Random): number {
  if (count === Number.POSITIVE_INFINITY) return level
  const next = level + (random.uniform() < 0.5 ? -1 : 1)
  return next < 0 || next >= count ? level + (level === 0 ? 1 : -1) : next
}
