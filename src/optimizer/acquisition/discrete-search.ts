import { arraysOf } from '../../math/linalg.ts'
import type { Random } from '../../math/random.ts'
import { activity, type Point } from '../space/encode.ts'
import { featuresOf, writeFeaturesAlong } from '../space/features.ts'
import { type DistinctLevels, distinctLevels } from './distinct-levels.ts'
import { evaluateAll, isAllowed, type MaximizeInput, mayStopAt, type Scored } from './score.ts'

/** Up to so many values of a lattice are all tried; longer ones are climbed and strided. */
export const SHORT_LATTICE = 16

/** What is known of a place. */
interface Place {
  readonly active: Uint8Array
  readonly features: Float64Array
  /** 1 for each dimension along which nothing better is found. */
  readonly settled: Uint8Array
}

/** Coordinate search over the active discrete dimensions, of several points at a time. */
export class DiscreteSearch {
  readonly #input: MaximizeInput
  readonly #discrete: readonly number[]
  readonly #levels: DistinctLevels
  readonly #places = new WeakMap<Scored, Place>()

  constructor(input: MaximizeInput) {
    const { dimensions, free } = input.encoded
    this.#input = input
    this.#discrete = free.filter((index) => dimensions[index]!.count < Number.POSITIVE_INFINITY)
    this.#levels = distinctLevels(input)
  }

  /** How many neighbours a point has at most that are looked at. */
  get neighbours(): number {
    const { dimensions } = this.#input.encoded
    return this.#discrete.reduce((sum, index) => {
      const { count } = dimensions[index]!
      return sum + (this.#isStrided(index) ? 2 * Math.ceil(Math.log2(count)) : this.#levels.countOf(index))
    }, 0)
  }

  /** Each as if alone, along one dimension after the other in random order; the same object where nothing improves. */
  improveAll(starts: readonly Scored[], random: Random): Scored[] {
    const current = [...starts]
    for (const index of random.shuffle(this.#discrete)) this.#improveAlong(current, index)
    return current
  }

  #improveAlong(current: Scored[], index: number): void {
    let moving = [...current.keys()].filter((k) => this.#isOpen(current[k]!, index))
    const isStrided = this.#isStrided(index)
    // Strides double away from the current value; from a better one they start over.
    while (moving.length > 0) {
      const best = this.#bestAlong(
        moving.map((k) => current[k]!),
        index,
      )
      const moved = moving.filter((k, at) => current[k] !== best[at])
      moving.forEach((k, at) => {
        current[k] = best[at]!
        if (!isStrided || !moved.includes(k)) this.#placeOf(current[k]).settled[index] = 1
      })
      moving = isStrided ? moved : []
    }
  }

  #isOpen(scored: Scored, index: number): boolean {
    const { active, settled } = this.#placeOf(scored)
    return active[index] === 1 && settled[index] === 0
  }

  #placeOf(scored: Scored): Place {
    const known = this.#places.get(scored)
    if (known) return known
    const active = activity(this.#input.encoded, scored.point)
    const features = featuresOf(this.#input.encoded, scored.point)
    const place = { active, features, settled: new Uint8Array(active.length) }
    this.#places.set(scored, place)
    return place
  }

  #isStrided(index: number): boolean {
    const { count, kind } = this.#input.encoded.dimensions[index]!
    return kind !== 'categorical' && count > SHORT_LATTICE
  }

  /** Of each, the best that differs in this dimension alone, or itself. */
  #bestAlong(starts: readonly Scored[], index: number): Scored[] {
    const levels = starts.map(({ point }) => this.#levelsAlong(point, index))
    const values = this.#valuesAlong(starts, index, levels)
    let next = 0
    return starts.map((start, k) => {
      let best = start
      for (const level of levels[k]!) {
        const value = values[next++]!
        if (!(value > best.value)) continue
        const point = start.point.with(index, level)
        // Whether it is new costs more to tell than whether it is better, which few are.
        if (mayStopAt(this.#input, point)) best = { point, value }
      }
      return best
    })
  }

  /** The other levels that a point may go to. */
  #levelsAlong(point: Point, index: number): number[] {
    const { count } = this.#input.encoded.dimensions[index]!
    const level = point[index]!
    const levels = this.#isStrided(index) ? stridesFrom(level, count) : this.#levels.at(index, point)
    const moved = point.slice()
    return levels.filter((other) => {
      moved[index] = other
      return other !== level && isAllowed(this.#input, moved)
    })
  }

  #valuesAlong(
    starts: readonly Scored[],
    index: number,
    levels: readonly (readonly number[])[],
  ): Float64Array {
    const { encoded, acquisition } = this.#input
    const count = levels.reduce((sum, { length }) => sum + length, 0)
    const rows = arraysOf(count, encoded.free.length)
    let next = 0
    starts.forEach((start, k) => {
      const { features } = this.#placeOf(start)
      const own = rows.slice(next, next + levels[k]!.length)
      next += own.length
      writeFeaturesAlong(encoded, { point: start.point, features }, index, levels[k]!, own)
    })
    return evaluateAll(acquisition, rows)
  }
}

function stridesFrom(level: number, count: number): number[] {
  const levels: number[] = []
  for (let stride = 1; stride < count; stride *= 2) levels.push(level - stride, level + stride)
  return levels.filter((other) => other >= 0 && other < count)
}
