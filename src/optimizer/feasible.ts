import type { ParameterValues, SearchSpace } from '../domain/search-space.ts'
import { Random } from '../math/random.ts'
import { quantile } from '../math/stats.ts'
import { decode, type EncodedSpace, encodeSpace, fromUnitCube, isFeasible, type Point } from './encode.ts'
import { enumerate } from './enumerate.ts'
import { mutate } from './mutate.ts'

const REJECTION_TRIES = 1000
const ENUMERATION_NODES = 200_000
const REPAIRS = 12
// A move costs a look at every parameter by every constraint. Large spaces get fewer, so that the worst case, a space
// that has no feasible point, is refused in about a second and not in half a minute.
const REPAIR_MOVES = { max: 4000, min: 200, looks: 400_000 }
const WALK_MOVES = 1000
// Down to the tolerance with which constraints are compared, up to the whole axis.
const MOVES = { smallest: 1e-10, largest: 1 }

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
 * A feasible point that is wanted. Draws at random first; then looks at every point of a finite space, so that
 * nothing is missed; then repairs random points by moving them towards the constraints, and walks on from there.
 */
export function findPoint(
  encoded: EncodedSpace,
  random: Random,
  isWanted: (point: Point) => boolean,
): Point | undefined {
  const drawn = drawPoint(encoded, random.fork('rejection'), isWanted)
  if (drawn) return drawn
  const wanted: Point[] = []
  const complete = enumerate(encoded, ENUMERATION_NODES, (point) => {
    if (isWanted(point)) wanted.push(point)
  })
  if (wanted.length > 0) return random.fork('enumeration').pick(wanted)
  return complete ? undefined : repairPoint(encoded, random.fork('repair'), isWanted)
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

export function randomPoint(encoded: EncodedSpace, random: Random): Point {
  return fromUnitCube(
    encoded,
    encoded.free.map(() => random.uniform()),
  )
}

function repairPoint(
  encoded: EncodedSpace,
  random: Random,
  isWanted: (point: Point) => boolean,
): Point | undefined {
  const measure = violationMeasure(encoded, random.fork('scales'))
  for (let repair = 0; repair < REPAIRS; repair++) {
    const stream = random.fork(repair)
    const feasible = descend(encoded, randomPoint(encoded, stream), measure, stream)
    const found = feasible && walk(encoded, feasible, stream, isWanted)
    if (found) return found
  }
  return undefined
}

type Measure = (point: Point) => number

/** The sum of the violations, each relative to its median over random points: constraints have units of their own. */
function violationMeasure(encoded: EncodedSpace, random: Random): Measure {
  const samples = Array.from({ length: 64 }, () => decode(encoded, randomPoint(encoded, random)))
  const scales = encoded.constraints.map(({ violation }) => {
    const broken = samples.map(violation).filter((size) => size > 0 && Number.isFinite(size))
    return broken.length > 0
      ? quantile(
          broken.sort((a, b) => a - b),
          0.5,
        )
      : 1
  })
  return (point) => {
    const values = decode(encoded, point)
    return encoded.constraints.reduce(
      (sum, { violation }, k) => sum + relative(violation(values), scales[k]!),
      0,
    )
  }
}

/** An expression without a value is worse than any finite violation, but still comparable. */
function relative(violation: number, scale: number): number {
  return Math.min(violation / scale, 1e12)
}

/** Random moves that do not increase the violation, until there is none. */
function descend(encoded: EncodedSpace, start: Point, measure: Measure, random: Random): Point | undefined {
  let point = start
  let violation = measure(point)
  for (let left = repairMoves(encoded); left > 0 && violation > 0; left--) {
    const next = mutate(encoded, point, MOVES, random)
    const nextViolation = measure(next)
    if (nextViolation > violation) continue
    point = next
    violation = nextViolation
  }
  return isFeasible(encoded, point) ? point : undefined
}

function repairMoves({ dimensions, constraints }: EncodedSpace): number {
  const affordable = Math.floor(REPAIR_MOVES.looks / (dimensions.length * Math.max(1, constraints.length)))
  return Math.min(REPAIR_MOVES.max, Math.max(REPAIR_MOVES.min, affordable))
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
