import type { EncodedSpace, Point } from '../encode.ts'
import { isAllowed, type MaximizeInput } from './score.ts'

/**
 * The levels of a dimension, at a point, that may promise something different. To a model, categories that no trial had
 * are all the same: of those one stands for all, the first that the point may go to.
 */
export function distinctLevels(input: MaximizeInput): (index: number, point: Point) => number[] {
  const { encoded, known } = input
  const interchangeable = new Set(interchangeableDimensions(encoded))
  const told = encoded.dimensions.map((_, index) =>
    interchangeable.has(index) ? levelsIn(known, index) : undefined,
  )
  return (index, point) => {
    const { count } = encoded.dimensions[index]!
    const own = told[index]
    const levels: number[] = []
    let isStoodFor = false
    for (let level = 0; level < count; level++) {
      if (!own || own.has(level)) levels.push(level)
      else if (!isStoodFor && isAllowed(input, point.with(index, level))) {
        levels.push(level)
        isStoodFor = true
      }
    }
    return levels
  }
}

/** Those of which nothing but results tells categories apart: no belief, and no parameters that only some of them have. */
function interchangeableDimensions({ space, dimensions, parents }: EncodedSpace): number[] {
  return [...dimensions.keys()].filter((index) => {
    const { kind } = dimensions[index]!
    return kind === 'categorical' && !parents.has(index) && !space.parameters[index]!.prior
  })
}

function levelsIn(points: readonly Point[], index: number): Set<number> {
  return new Set(points.map((point) => point[index]!))
}
