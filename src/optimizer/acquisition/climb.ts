import { type LbfgsOptions, minimizeTogether } from '../../math/lbfgs.ts'
import { activity, type EncodedSpace, isFeasible, type Point } from '../space/encode.ts'
import { featuresOf } from '../space/features.ts'
import { SHORT_LATTICE } from './discrete-search.ts'
import { isAdmitted, type MaximizeInput, type Scored, scoreAll } from './score.ts'

/** Each climbs as if alone; all are evaluated at a time. The same object where there is no way up. */
export function climbAll(input: MaximizeInput, starts: readonly Scored[], effort: LbfgsOptions): Scored[] {
  const ends = [...starts]
  const able = [...starts.keys()].filter((k) => climbedAxes(input.encoded, starts[k]!.point).length > 0)
  const tops = climbFrom(
    input,
    able.map((k) => starts[k]!),
    effort,
  )
  able.forEach((k, at) => {
    ends[k] = tops[at]!
  })
  return ends
}

function climbFrom(input: MaximizeInput, starts: readonly Scored[], effort: LbfgsOptions): Scored[] {
  if (starts.length === 0) return []
  const climbs = starts.map(({ point }) => new Climb(input, point))
  const runs = climbs.map(({ box, start }) => ({ box, start }))
  const ends = minimizeTogether(runs, effort, (questions) => {
    const values = new Float64Array(questions.length).fill(Number.POSITIVE_INFINITY)
    // Infinity sends the line search back, so a climb stays feasible.
    const asked = [...questions.keys()].filter((k) => {
      const { run, x } = questions[k]!
      return isFeasible(input.encoded, climbs[run]!.pointAt(x))
    })
    const features = asked.map((k) => climbs[questions[k]!.run]!.featuresAt(questions[k]!.x))
    if (asked.length === 0) return values
    const found = input.acquisition.evaluateWithGradients(features)
    const d = found.gradients.length / asked.length
    asked.forEach((k, at) => {
      values[k] = -found.values[at]!
      const { run, gradient } = questions[k]!
      climbs[run]!.writeGradient(found.gradients.subarray(at * d, (at + 1) * d), gradient)
    })
    return values
  })
  const tops = scoreAll(
    input,
    ends.map(({ x }, run) => climbs[run]!.pointAt(x)),
  )
  return tops.map((top, run) =>
    top.value > starts[run]!.value && isAdmitted(input, top.point) ? top : starts[run]!,
  )
}

/**
 * The active dimensions of a point that are continuous, or nearly so: a long lattice is left for the climb and rounded
 * to at its end. In units of the length scales, in which the function is equally wavy.
 */
class Climb {
  readonly start: Float64Array
  readonly box: { readonly lower: Float64Array; readonly upper: Float64Array }
  readonly #input: MaximizeInput
  readonly #point: Point
  readonly #features: Float64Array
  readonly #axes: readonly { index: number; k: number }[]

  constructor(input: MaximizeInput, point: Point) {
    this.#input = input
    this.#point = point
    this.#features = featuresOf(input.encoded, point)
    this.#axes = climbedAxes(input.encoded, point)
    this.start = Float64Array.from(this.#axes, ({ k }) => this.#features[k]! / input.lengthScales[k]!)
    this.box = {
      lower: Float64Array.from(this.#axes, ({ k }) => (input.region?.lower[k] ?? 0) / input.lengthScales[k]!),
      upper: Float64Array.from(this.#axes, ({ k }) => (input.region?.upper[k] ?? 1) / input.lengthScales[k]!),
    }
  }

  pointAt(x: Float64Array): Point {
    const { encoded, lengthScales } = this.#input
    const point = this.#point.slice()
    this.#axes.forEach(({ index, k }, j) => {
      point[index] = encoded.dimensions[index]!.levelAt(Math.min(Math.max(x[j]! * lengthScales[k]!, 0), 1))
    })
    return point
  }

  featuresAt(x: Float64Array): Float64Array {
    const features = this.#features.slice()
    this.#axes.forEach(({ k }, j) => {
      features[k] = x[j]! * this.#input.lengthScales[k]!
    })
    return features
  }

  /** @param byFeatures of the acquisition; what is minimized is its negative. */
  writeGradient(byFeatures: Float64Array, gradient: Float64Array): void {
    this.#axes.forEach(({ k }, j) => {
      gradient[j] = -byFeatures[k]! * this.#input.lengthScales[k]!
    })
  }
}

/** Index in the point and in the features of each dimension to climb in. */
function climbedAxes(encoded: EncodedSpace, point: Point): { index: number; k: number }[] {
  const { dimensions, free } = encoded
  const active = activity(encoded, point)
  return free.flatMap((index, k) => {
    const { kind, count } = dimensions[index]!
    return active[index] && kind !== 'categorical' && count > SHORT_LATTICE ? [{ index, k }] : []
  })
}
