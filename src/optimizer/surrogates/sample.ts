import type { Random } from '../../math/random.ts'
import type { FitObjective } from './fit.ts'

// About the width of a posterior that is worth sampling, in logarithms.
const WIDTH = 1.5
// A slice shrinks by a third a try on average: never reached but by rounding.
const MAX_TRIES = 20

/**
 * Samples of theta from its posterior, by slice sampling one coordinate after the other from the mode on, a sweep a
 * sample (Neal, "Slice sampling", Annals of Statistics 2003). About four evaluations of the evidence a coordinate.
 */
export function samplePosterior(
  objective: FitObjective,
  mode: Float64Array,
  count: number,
  random: Random,
): Float64Array[] {
  const at = (theta: Float64Array) => ({ theta, value: objective.evaluate(theta) })
  let current = at(mode)
  return Array.from({ length: count }, () => {
    for (const i of random.shuffle([...mode.keys()])) {
      const bounds: Bounds = [objective.lower[i]!, objective.upper[i]!]
      current = sliceAlong(current, i, bounds, at, random)
    }
    return current.theta
  })
}

interface State {
  readonly theta: Float64Array
  /** Negative logarithm of the density. */
  readonly value: number
}
type Bounds = readonly [lower: number, upper: number]

function sliceAlong(
  start: State,
  i: number,
  bounds: Bounds,
  at: (theta: Float64Array) => State,
  random: Random,
): State {
  const ceiling = start.value - Math.log(1 - random.uniform())
  const from = start.theta[i]! - WIDTH * random.uniform()
  let lower = Math.max(from, bounds[0])
  let upper = Math.min(from + WIDTH, bounds[1])
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const position = lower + (upper - lower) * random.uniform()
    const next = at(start.theta.with(i, position))
    if (next.value <= ceiling) return next
    if (position < start.theta[i]!) lower = position
    else upper = position
  }
  return start
}
