import type { Random } from '../../math/random.ts'
import { quantile } from '../../math/stats.ts'
import { decode, type EncodedSpace, isFeasible, type Point, randomPoint } from './encode.ts'
import { mutate } from './mutate.ts'

// A move costs a look at every parameter by every constraint. Large spaces get fewer, so that the worst case, a space
// that has no feasible point, is refused in about a second and not in half a minute.
const REPAIR_MOVES = { max: 4000, min: 200, looks: 400_000 }
/** Down to the tolerance with which constraints are compared, up to the whole axis. */
export const MOVES = { smallest: 1e-10, largest: 1 }

/** Moves a point to where all constraints hold; undefined where it came by no such place. */
export type Repair = (start: Point, random: Random) => Point | undefined

/** By random moves that do not increase the violation, until there is none. */
export function createRepair(encoded: EncodedSpace, random: Random): Repair {
  const measure = violationMeasure(encoded, random)
  const moves = repairMoves(encoded)
  return (start, stream) => {
    let point = start
    let violation = measure(point)
    for (let left = moves; left > 0 && violation > 0; left--) {
      const next = mutate(encoded, point, MOVES, stream)
      const nextViolation = measure(next)
      if (nextViolation > violation) continue
      point = next
      violation = nextViolation
    }
    return isFeasible(encoded, point) ? point : undefined
  }
}

/**
 * The feasible ones of some points. Where constraints leave fewer than `enough`, an equality none at all, others of
 * them are moved to where the constraints hold.
 */
export function feasibleOf(
  encoded: EncodedSpace,
  drawn: readonly Point[],
  enough: number,
  random: Random,
): Point[] {
  const feasible = drawn.filter((point) => isFeasible(encoded, point))
  const missing = Math.min(enough, drawn.length) - feasible.length
  if (missing <= 0) return feasible
  const repair = createRepair(encoded, random.fork('scales'))
  const moved = Array.from({ length: missing }, (_, k) =>
    repair(drawn[Math.floor((k * drawn.length) / missing)]!, random.fork('repair', k)),
  )
  return [...feasible, ...moved.filter((point) => point !== undefined)]
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

function repairMoves({ dimensions, constraints }: EncodedSpace): number {
  const affordable = Math.floor(REPAIR_MOVES.looks / (dimensions.length * Math.max(1, constraints.length)))
  return Math.min(REPAIR_MOVES.max, Math.max(REPAIR_MOVES.min, affordable))
}
