import type { Random } from '../../math/random.ts'
import type { EncodedSpace, Point } from '../space/encode.ts'
import { isAllowed, type MaximizeInput } from './score.ts'

// Of so many categories that results had all are tried. Of more, half of so many are those of the best points, where a
// search mostly ends, and the others are drawn.
const MOST_KNOWN = 64

/** The levels of a dimension that may promise something different; see `distinctLevels`. */
export interface DistinctLevels {
  readonly at: (index: number, point: Point) => number[]
  /** How many there are at any point. */
  readonly countOf: (index: number) => number
}

/**
 * To a model, categories that no trial had are all the same: of those one stands for all, the first that the point may go
 * to.
 */
export function distinctLevels(input: MaximizeInput): DistinctLevels {
  const { encoded, known } = input
  const random = input.random.fork('levels')
  const interchangeable = interchangeableDimensions(encoded)
  const told = new Map(
    interchangeable.map((index) => [index, chooseLevels(known, index, random.fork(index))]),
  )
  return {
    at: (index, point) => {
      const all = Array.from({ length: encoded.dimensions[index]!.count }, (_, level) => level)
      const own = told.get(index)
      if (!own) return all
      const moved = point.slice()
      const other = all.find((level) => {
        moved[index] = level
        return !own.had.has(level) && isAllowed(input, moved)
      })
      return (other === undefined ? own.chosen : [...own.chosen, other]).toSorted((a, b) => a - b)
    },
    countOf: (index) => {
      const { count } = encoded.dimensions[index]!
      return Math.min(count, (told.get(index)?.chosen.length ?? count) + 1)
    },
  }
}

/** Those of which nothing but results tells categories apart: no belief, and no parameters that only some of them have. */
function interchangeableDimensions({ space, dimensions, parents }: EncodedSpace): number[] {
  return [...dimensions.keys()].filter((index) => {
    const { kind } = dimensions[index]!
    return kind === 'categorical' && !parents.has(index) && !space.parameters[index]!.prior
  })
}

/** @param points the best first. */
function chooseLevels(points: readonly Point[], index: number, random: Random) {
  const had = new Set(points.map((point) => point[index]!))
  if (had.size <= MOST_KNOWN) return { had, chosen: [...had] }
  const ranked = [...had]
  const best = ranked.slice(0, MOST_KNOWN / 2)
  const drawn = random.shuffle(ranked.slice(MOST_KNOWN / 2)).slice(0, MOST_KNOWN / 2)
  return { had, chosen: [...best, ...drawn] }
}
