import type { Random } from '../../math/random.ts'
import { activity, type EncodedSpace, type Point } from './encode.ts'

/**
 * Lets what is active in a child and was in none of its parents begin anywhere: an inactive parameter holds the middle
 * of its axis, which nothing speaks for.
 *
 * @param child is written to.
 */
export function awaken(
  encoded: EncodedSpace,
  parents: readonly Point[],
  child: Point,
  random: Random,
): Point {
  if (!encoded.isConditional) return child
  const were = parents.map((parent) => activity(encoded, parent))
  const is = activity(encoded, child)
  for (const index of encoded.conditional) {
    if (!is[index] || were.some((active) => active[index])) continue
    child[index] = encoded.dimensions[index]!.levelAt(random.uniform())
  }
  return child
}
