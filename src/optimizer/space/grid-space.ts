import type { ParameterValue } from '../../domain/search-space.ts'
import { listAxis } from './axis.ts'
import { type Dimension, decode, type EncodedSpace, encode, type Point } from './encode.ts'
import { enumerate } from './enumerate.ts'

/** A finite part of a space: the same parameters, each with a list of values. */
export interface GridSpace {
  readonly encoded: EncodedSpace
  /** The point of the whole space with the values of a point of the grid. */
  readonly toPoint: (gridPoint: Point) => Point
}

// Lists up to this long are taken whole at every resolution.
const SHORT_LIST = 10
const COARSEST = 2
const FINEST = 1000
const MAX_NODES = 50_000

/**
 * The coarsest grid that has a feasible point for each of so many trials: the same number of values along every
 * continuous parameter and every long list, spread evenly on its scale with both ends included. Categories and short
 * lists are taken whole.
 */
export function gridFor(space: EncodedSpace, trials: number): GridSpace {
  let resolution = COARSEST
  let grid = gridOf(space, resolution)
  while (resolution < FINEST && !hasPoints(grid.encoded, trials) && !isWhole(space, resolution)) {
    resolution = Math.ceil(resolution * 1.3)
    grid = gridOf(space, resolution)
  }
  return grid
}

export function gridOf(space: EncodedSpace, resolution: number): GridSpace {
  const lists = space.dimensions.map((dimension) => gridLevels(dimension, resolution))
  const dimensions = space.dimensions.map(({ name, kind, valueAt, requirements }, index): Dimension => {
    const values: ParameterValue[] = lists[index]!.map(valueAt)
    return {
      ...listAxis(values),
      kind: kind === 'categorical' ? 'categorical' : 'lattice',
      name,
      requirements: requirements.map(({ parent, levels }) => ({
        parent,
        levels: new Set(lists[parent]!.flatMap((level, k) => (levels.has(level) ? [k] : []))),
      })),
    }
  })
  const free = dimensions.flatMap(({ count }, index) => (count > 1 ? [index] : []))
  const size = dimensions.reduce((product, { count }) => product * count, 1)
  const encoded = { ...space, dimensions, free, size }
  return { encoded, toPoint: (gridPoint) => encode(space, decode(encoded, gridPoint)) }
}

/** Levels in the whole space. */
function gridLevels({ kind, count, levelAt }: Dimension, resolution: number): number[] {
  if (kind === 'categorical' || count <= Math.max(SHORT_LIST, resolution)) {
    return Array.from({ length: count }, (_, level) => level)
  }
  const spread = Array.from({ length: resolution }, (_, k) => levelAt(k / (resolution - 1)))
  return [...new Set(spread)]
}

/** Too many points to count are taken for enough. */
function hasPoints(grid: EncodedSpace, wanted: number): boolean {
  if (grid.size < wanted) return false
  let found = 0
  const complete = enumerate(grid, MAX_NODES, () => {
    found += 1
  })
  return !complete || found >= wanted
}

function isWhole({ dimensions }: EncodedSpace, resolution: number): boolean {
  return dimensions.every(({ count }) => count <= resolution)
}
