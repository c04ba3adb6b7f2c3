import type { Random } from '../../math/random.ts'
import { activity, type Point } from '../encode.ts'
import { isAdmitted, type MaximizeInput, type Scored, scoreAll } from './score.ts'

/** Up to so many values of a lattice are all tried; longer ones are climbed and strided. */
export const SHORT_LATTICE = 16

/** Coordinate search over the active discrete dimensions in random order; the same object when nothing improves. */
export function improveDiscrete(input: MaximizeInput, start: Scored, random: Random): Scored {
  const { dimensions, free } = input.encoded
  const discrete = free.filter((index) => dimensions[index]!.count < Number.POSITIVE_INFINITY)
  let current = start
  for (const index of random.shuffle(discrete)) {
    if (activity(input.encoded, current.point)[index]) current = improveAlong(input, current, index)
  }
  return current
}

function improveAlong(input: MaximizeInput, start: Scored, index: number): Scored {
  const { count, kind } = input.encoded.dimensions[index]!
  if (kind === 'categorical' || count <= SHORT_LATTICE)
    return bestLevel(input, start, index, allLevels(count))
  let current = start
  // Strides double away from the current value; from a better one they start over.
  for (;;) {
    const next = bestLevel(input, current, index, stridesFrom(current.point[index]!, count))
    if (next === current) return current
    current = next
  }
}

function allLevels(count: number): number[] {
  return Array.from({ length: count }, (_, level) => level)
}

function stridesFrom(level: number, count: number): number[] {
  const levels: number[] = []
  for (let stride = 1; stride < count; stride *= 2) levels.push(level - stride, level + stride)
  return levels.filter((other) => other >= 0 && other < count)
}

function bestLevel(input: MaximizeInput, start: Scored, index: number, levels: readonly number[]): Scored {
  const others = levels.filter((level) => level !== start.point[index])
  const points = others.map((level): Point => start.point.with(index, level))
  const admitted = points.filter((point) => isAdmitted(input, point))
  return scoreAll(input, admitted).reduce(
    (best, scored) => (scored.value > best.value ? scored : best),
    start,
  )
}
