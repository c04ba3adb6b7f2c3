import type { ParameterValues, SearchSpace } from '../../domain/search-space.ts'
import { Random } from '../../math/random.ts'
import { decode, type EncodedSpace, encodeSpace, isFeasible, type Point, randomPoint } from './encode.ts'
import { enumerate } from './enumerate.ts'
import { mutate } from './mutate.ts'
import { createRepair, MOVES } from './repair.ts'

const REJECTION_TRIES = 1000
const ENUMERATION_NODES = 200_000
const PARTS = 4
const REPAIRS = 12
const WALK_MOVES = 1000

/** Whether any values satisfy all constraints. @param space otherwise without faults. */
export function isSatisfiable(space: SearchSpace, seed: number): boolean {
  return findFeasible(space, Random.fromSeed(seed).fork('satisfiable')) !== undefined
}

/** Values that satisfy all constraints, or undefined: none exist, or they are too rare to be found. */
export function findFeasible(space: SearchSpace, random: Random): ParameterValues | undefined {
  const encoded = encodeSpace(space)
  const point = findPoint(encoded, random, () => true)
  return point && decode(encoded, point)
}

/**
 * A feasible point that is wanted. Draws at random first; then looks at every point of a finite space, so that nothing is
 * missed, or at parts of one that is too large for that; then repairs random points by moving them towards the
 * constraints, and walks on from there.
 */
export function findPoint(
  encoded: EncodedSpace,
  random: Random,
  isWanted: (point: Point) => boolean,
): Point | undefined {
  const drawn = drawPoint(encoded, random.fork('rejection'), isWanted)
  if (drawn) return drawn
  const wanted: Point[] = []
  const visit = (point: Point) => {
    if (isWanted(point)) wanted.push(point)
  }
  const isComplete = enumerate(encoded, ENUMERATION_NODES, visit)
  if (!isComplete && encoded.size < Number.POSITIVE_INFINITY) lookElsewhere(encoded, random, visit)
  if (wanted.length > 0) return random.fork('enumeration').pick(wanted)
  return isComplete ? undefined : repairPoint(encoded, random.fork('repair'), isWanted)
}

/** Whether all points of a space are few enough to be looked at, so that none is missed. */
export function isEnumerable(encoded: EncodedSpace): boolean {
  return enumerate(encoded, ENUMERATION_NODES, () => {})
}

/** Parts of a finite space that is too large to be visited as a whole; a point may be visited twice. */
function lookElsewhere(encoded: EncodedSpace, random: Random, visit: (point: Point) => void): void {
  const stream = random.fork('elsewhere')
  for (let part = 0; part < PARTS; part++) {
    const first = encoded.dimensions.map(({ count }) => stream.int(count))
    enumerate(encoded, ENUMERATION_NODES, visit, first)
  }
}

function drawPoint(
  encoded: EncodedSpace,
  random: Random,
  isWanted: (point: Point) => boolean,
): Point | undefined {
  for (let attempt = 0; attempt < REJECTION_TRIES; attempt++) {
    const point = randomPoint(encoded, random)
    if (isFeasible(encoded, point) && isWanted(point)) return point
  }
  return undefined
}

function repairPoint(
  encoded: EncodedSpace,
  random: Random,
  isWanted: (point: Point) => boolean,
): Point | undefined {
  const repair = createRepair(encoded, random.fork('scales'))
  for (let attempt = 0; attempt < REPAIRS; attempt++) {
    const stream = random.fork(attempt)
    const feasible = repair(randomPoint(encoded, stream), stream)
    const found = feasible && walk(encoded, feasible, stream, isWanted)
    if (found) return found
  }
  return undefined
}

/** Random moves through feasible points until one is wanted. */
function walk(
  encoded: EncodedSpace,
  start: Point,
  random: Random,
  isWanted: (point: Point) => boolean,
): Point | undefined {
  let point = start
  for (let move = 0; move < WALK_MOVES; move++) {
    if (isWanted(point)) return point
    const next = mutate(encoded, point, MOVES, random)
    if (isFeasible(encoded, next)) point = next
  }
  return undefined
}
