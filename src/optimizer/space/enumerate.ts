import type { ParameterValue } from '../../domain/search-space.ts'
import { type EncodedSpace, INACTIVE_UNIT, type Point } from './encode.ts'

/**
 * Visits each distinct feasible point of a finite space once: depth first over the active parameters, cutting a
 * branch as soon as a constraint whose parameters are all set is broken.
 *
 * @param maxNodes bounds the work.
 * @param first of each dimension, the level to begin with: what a bounded visit comes by depends on it.
 * @returns whether all points were visited.
 */
export function enumerate(
  encoded: EncodedSpace,
  maxNodes: number,
  visit: (point: Point) => void,
  first: ArrayLike<number> = new Float64Array(encoded.dimensions.length),
): boolean {
  if (encoded.size === Number.POSITIVE_INFINITY) return false
  const { dimensions } = encoded
  const decidedAt = constraintsByLastDimension(encoded)
  const point = Float64Array.from(dimensions, ({ levelAt }) => levelAt(INACTIVE_UNIT))
  const active = new Uint8Array(dimensions.length)
  const values: Record<string, ParameterValue> = {}
  let nodes = 0

  const descend = (index: number): boolean => {
    const dimension = dimensions[index]
    if (!dimension) {
      visit(point.slice())
      return true
    }
    const { requirements, name, count, valueAt } = dimension
    const rest = (): boolean =>
      !decidedAt[index]!.every((constraint) => constraint.violation(values) === 0) || descend(index + 1)
    const holds = requirements.every(({ parent, levels }) => active[parent] && levels.has(point[parent]!))
    active[index] = holds ? 1 : 0
    if (!holds) return rest()
    const resting = point[index]!
    for (let k = 0; k < count; k++) {
      if (++nodes > maxNodes) return false
      const level = (first[index]! + k) % count
      point[index] = level
      values[name] = valueAt(level)
      if (!rest()) return false
    }
    point[index] = resting
    delete values[name]
    return true
  }
  return descend(0)
}

function constraintsByLastDimension({ dimensions, constraints }: EncodedSpace) {
  const last = constraints.map(({ names }) => dimensions.findLastIndex(({ name }) => names.includes(name)))
  return dimensions.map((_, index) => constraints.filter((_constraint, k) => last[k] === index))
}
