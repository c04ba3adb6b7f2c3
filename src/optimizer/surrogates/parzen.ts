/**
 * A density over a mixed space from points in it, after Bergstra et al., "Algorithms for hyper-parameter optimization"
 * (NeurIPS 2011), with the multivariate kernels and constants of Watanabe, "Tree-structured Parzen estimator" (2023,
 * arXiv 2304.11127): each point is the centre of one product kernel, and one wide kernel stands for the prior.
 *
 * In each dimension a kernel is a normal distribution truncated to [0, 1], integrated over the cell of a value that
 * is one of a list; of a category, mostly the category itself. Where a point has no value, being inactive there, its
 * kernel is the prior.
 */
import { normalCdf, normalLogPdf } from '../../math/normal.ts'
import type { Random } from '../../math/random.ts'
import { activity, type Dimension, type EncodedSpace, type Point } from '../space/encode.ts'

// Bandwidth of a first kernel, and the most kernels that still make the narrowest one narrower.
const WIDTH = 0.2
const MAX_NARROWING = 100
// Trials so recent count fully, older ones less the older they are.
const RECENT = 25
const LEAST_MASS = 1e-300

interface Kernel {
  readonly centre: number
  readonly width: number
  /** ln of its mass between 0 and 1. */
  readonly logInside: number
}

function truncated(centre: number, width: number): Kernel {
  return { centre, width, logInside: Math.log(massBetween({ centre, width }, 0, 1)) }
}
const PRIOR = truncated(0.5, 1)

export class ParzenEstimator {
  readonly #encoded: EncodedSpace
  readonly #points: readonly Point[]
  readonly #active: readonly Uint8Array[]
  readonly #logWeights: Float64Array
  /** By point and dimension; the prior where a point is inactive, and unused where it is a category. */
  readonly #kernels: readonly (readonly Kernel[])[]

  /** @param points in the order of their trials. */
  constructor(encoded: EncodedSpace, points: readonly Point[]) {
    this.#encoded = encoded
    this.#points = points
    this.#active = points.map((point) => activity(encoded, point))
    const weights = [...recencyWeights(points.length), 1]
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    this.#logWeights = Float64Array.from(weights, (weight) => Math.log(weight / total))
    const scott = WIDTH * Math.max(points.length, 1) ** (-1 / (encoded.free.length + 4))
    const width = Math.max(scott, 1 / Math.min(MAX_NARROWING, 2 + points.length))
    this.#kernels = points.map((point, i) =>
      encoded.dimensions.map(({ unitAt, kind }, index) =>
        this.#active[i]![index] && kind !== 'categorical' ? truncated(unitAt(point[index]!), width) : PRIOR,
      ),
    )
  }

  /** A point drawn from the density; it may break a constraint. */
  sample(random: Random): Point {
    const { dimensions, free } = this.#encoded
    const chosen = this.#choose(random.uniform())
    const centre = this.#points[chosen]
    const point = Float64Array.from(dimensions, ({ levelAt }) => levelAt(0.5))
    for (const index of free) {
      const dimension = dimensions[index]!
      const kernel = this.#kernels[chosen]?.[index] ?? PRIOR
      const isCentred = centre !== undefined && this.#active[chosen]![index] === 1
      point[index] =
        dimension.kind === 'categorical'
          ? this.#sampleCategory(dimension.count, isCentred ? centre[index]! : undefined, random)
          : dimension.levelAt(sampleUnit(kernel, random))
    }
    return point
  }

  /** ln density of the active parameters of a point; of listed values, ln probability. */
  logDensity(point: Point): number {
    const active = activity(this.#encoded, point)
    const dimensions = this.#encoded.free.filter((index) => active[index])
    const logs = this.#logWeights.slice()
    for (const index of dimensions) {
      const dimension = this.#encoded.dimensions[index]!
      if (dimension.kind === 'categorical') this.#addCategory(logs, index, dimension.count, point[index]!)
      else this.#addNumber(logs, index, dimension, point[index]!)
    }
    return logSumExp(logs)
  }

  /** Index of a kernel by its weight; that of the prior comes last. */
  #choose(uniform: number): number {
    let rest = uniform
    for (let i = 0; i < this.#points.length; i++) {
      rest -= Math.exp(this.#logWeights[i]!)
      if (rest < 0) return i
    }
    return this.#points.length
  }

  #sampleCategory(count: number, centre: number | undefined, random: Random): number {
    const isStray = random.uniform() < this.#strayMass(count)
    return centre === undefined || isStray ? random.int(count) : centre
  }

  /** Probability with which a categorical kernel draws from all categories instead of naming its own. */
  #strayMass(count: number): number {
    return count / (count + this.#points.length + 1)
  }

  #addCategory(logs: Float64Array, index: number, count: number, level: number): void {
    const stray = this.#strayMass(count)
    const [same, other, prior] = [1 - stray + stray / count, stray / count, 1 / count].map(Math.log)
    this.#points.forEach((point, i) => {
      logs[i]! += this.#active[i]![index] ? (point[index] === level ? same! : other!) : prior!
    })
    logs[this.#points.length]! += prior!
  }

  #addNumber(logs: Float64Array, index: number, dimension: Dimension, level: number): void {
    const cell = dimension.kind === 'continuous' ? undefined : cellOf(dimension, level)
    const unit = dimension.unitAt(level)
    for (let i = 0; i < logs.length; i++) logs[i]! += logMass(this.#kernels[i]?.[index] ?? PRIOR, unit, cell)
  }
}

function logMass(kernel: Kernel, unit: number, cell: readonly [number, number] | undefined): number {
  const { centre, width, logInside } = kernel
  if (!cell) return normalLogPdf((unit - centre) / width) - Math.log(width) - logInside
  return Math.log(Math.max(massBetween(kernel, ...cell), LEAST_MASS)) - logInside
}

/** At least a third of a kernel lies inside, so few draws are wasted. */
function sampleUnit({ centre, width }: Kernel, random: Random): number {
  let unit = Number.NaN
  while (!(unit >= 0 && unit <= 1)) unit = centre + width * random.normal()
  return unit
}

/** Half way to the neighbours of a listed value, in units. */
function cellOf({ unitAt, count }: Dimension, level: number): [number, number] {
  const unit = unitAt(level)
  const low = level === 0 ? 0 : (unitAt(level - 1) + unit) / 2
  return [low, level === count - 1 ? 1 : (unit + unitAt(level + 1)) / 2]
}

function massBetween({ centre, width }: Omit<Kernel, 'logInside'>, low: number, high: number): number {
  return normalCdf((high - centre) / width) - normalCdf((low - centre) / width)
}

/** The newest 25 count 1, older ones less and less, down to 1/n. */
export function recencyWeights(count: number): number[] {
  const old = Math.max(count - RECENT, 0)
  return Array.from({ length: count }, (_, i) => {
    if (i >= old || old === 1) return i >= old ? 1 : 1 / count
    return 1 / count + (1 - 1 / count) * (i / (old - 1))
  })
}

function logSumExp(logs: Float64Array): number {
  const largest = logs.reduce((a, b) => Math.max(a, b))
  let sum = 0
  for (const value of logs) sum += Math.exp(value - largest)
  return largest + Math.log(sum)
}
