import { choleskyWithJitter } from '../../math/linalg.ts'
import type { Random } from '../../math/random.ts'
import type { Observation } from '../history/history.ts'
import { activity, type EncodedSpace, INACTIVE_UNIT } from '../space/encode.ts'

// In units of the axes: a start that covers the space without wasting points on its walls.
const SIGMA = 0.3
// Below this all points of a generation are one: begin again, with twice as many a generation (Auger and Hansen 2005).
const SMALLEST_SIGMA = 1e-7
// A category takes about five generations to be forgotten.
const CATEGORY_RATE = 0.2

/** What points are drawn from: a normal distribution of the numbers, one of its own for each category. */
export interface SearchDistribution {
  readonly generation: number
  /** Points a generation. */
  readonly size: number
  readonly sigma: number
  readonly mean: Float64Array
  /** d x d, row after row. */
  readonly covariance: Float64Array
  readonly sigmaPath: Float64Array
  readonly covariancePath: Float64Array
  /** Of each categorical dimension; empty for the others. */
  readonly chances: readonly Float64Array[]
}

/** The distribution after all whole generations. */
export function learn(
  encoded: EncodedSpace,
  observations: readonly Observation[],
  random: Random,
): SearchDistribution {
  let state = initial(encoded, 4 + Math.floor(3 * Math.log(Math.max(encoded.free.length, 1))))
  for (let start = 0; start + state.size <= observations.length; ) {
    const generation = observations.slice(start, start + state.size)
    start += state.size
    state = step(encoded, state, generation)
    if (state.sigma < SMALLEST_SIGMA) state = restarted(encoded, state, random)
  }
  return state
}

function initial(encoded: EncodedSpace, size: number): SearchDistribution {
  const d = encoded.free.length
  const covariance = new Float64Array(d * d)
  for (let i = 0; i < d; i++) covariance[i * d + i] = 1
  return {
    generation: 0,
    size,
    sigma: SIGMA,
    mean: new Float64Array(d).fill(INACTIVE_UNIT),
    covariance,
    sigmaPath: new Float64Array(d),
    covariancePath: new Float64Array(d),
    chances: encoded.free.map((index) => {
      const { kind, count } = encoded.dimensions[index]!
      return kind === 'categorical' ? new Float64Array(count).fill(1 / count) : new Float64Array(0)
    }),
  }
}

function restarted(
  encoded: EncodedSpace,
  { generation, size }: SearchDistribution,
  random: Random,
): SearchDistribution {
  const stream = random.fork('restart', generation)
  const fresh = initial(encoded, 2 * size)
  return { ...fresh, generation, mean: fresh.mean.map(() => stream.uniform()) }
}

/** How many coordinates the normal distribution has to learn of. */
function numbersOf({ dimensions, free }: EncodedSpace): number {
  return free.filter((index) => dimensions[index]!.kind !== 'categorical').length
}

/** The constants of the tutorial, table 1, for positive weights. */
function constants(d: number, size: number) {
  const parents = Math.floor(size / 2)
  const raw = Array.from({ length: parents }, (_, i) => Math.log((size + 1) / 2) - Math.log(i + 1))
  const sum = raw.reduce((total, weight) => total + weight, 0)
  const weights = raw.map((weight) => weight / sum)
  const mass = 1 / weights.reduce((total, weight) => total + weight ** 2, 0)
  const sigmaRate = (mass + 2) / (d + mass + 5)
  const rankOne = 2 / ((d + 1.3) ** 2 + mass)
  return {
    weights,
    mass,
    sigmaRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((mass - 1) / (d + 1)) - 1) + sigmaRate,
    pathRate: (4 + mass / d) / (d + 4 + (2 * mass) / d),
    rankOne,
    rankMany: Math.min(1 - rankOne, (2 * (mass - 2 + 1 / mass)) / ((d + 2) ** 2 + mass)),
  }
}

function step(
  encoded: EncodedSpace,
  state: SearchDistribution,
  generation: readonly Observation[],
): SearchDistribution {
  const d = encoded.free.length
  const { weights, mass, sigmaRate, damping, pathRate, rankOne, rankMany } = constants(
    Math.max(numbersOf(encoded), 1),
    state.size,
  )
  const best = generation.toSorted((a, b) => worthOf(a) - worthOf(b)).slice(0, weights.length)
  const { moves, silent } = movesOf(encoded, state, best, weights)
  const length = lengthOfNormal(silent.reduce((left, weight) => left - weight, d))
  const move = new Float64Array(d)
  moves.forEach((y, k) => {
    for (let i = 0; i < d; i++) move[i]! += weights[k]! * y[i]!
  })
  const whitened = solve(factorOf(state.covariance, d), move)
  const keep = Math.sqrt(sigmaRate * (2 - sigmaRate) * mass)
  const sigmaPath = state.sigmaPath.map((p, i) => (1 - sigmaRate) * p + keep * whitened[i]!)
  const norm = Math.hypot(...sigmaPath)
  const generations = state.generation + 1
  // Stalls the path of the matrix while the step size grows fast.
  const bound = (1.4 + 2 / (d + 1)) * length * Math.sqrt(1 - (1 - sigmaRate) ** (2 * generations))
  const isSteady = norm < bound ? 1 : 0
  const push = isSteady * Math.sqrt(pathRate * (2 - pathRate) * mass)
  const covariancePath = state.covariancePath.map((p, i) => (1 - pathRate) * p + push * move[i]!)
  const missing = (1 - isSteady) * rankOne * pathRate * (2 - pathRate)
  const covariance = state.covariance.map((value, at) => {
    const [i, j] = [Math.floor(at / d), at % d]
    const many = moves.reduce((sum, y, k) => sum + weights[k]! * y[i]! * y[j]!, 0)
    const kept = i === j ? silent[i]! * value : 0
    return (
      (1 - rankOne - rankMany + missing) * value +
      rankOne * (covariancePath[i]! * covariancePath[j]! + kept) +
      rankMany * (many + kept)
    )
  })
  const growth = Math.exp(Math.min(1, (sigmaRate / damping) * (norm / length - 1)))
  return {
    generation: generations,
    size: state.size,
    sigma: Math.min(state.sigma * growth, 1),
    mean: state.mean.map((m, i) => Math.min(Math.max(m + state.sigma * move[i]!, 0), 1)),
    covariance,
    sigmaPath,
    covariancePath,
    chances: movedChances(encoded, state, best, weights),
  }
}

/**
 * How far the best went from the mean, in units of sigma, and of each coordinate the weight of those that say nothing of
 * it: categories have no place among numbers, and what is inactive has no value. These stay at the mean, and their variance
 * is what it was.
 */
function movesOf(
  encoded: EncodedSpace,
  { mean, sigma }: SearchDistribution,
  best: readonly Observation[],
  weights: readonly number[],
): { moves: Float64Array[]; silent: Float64Array } {
  const { dimensions, free } = encoded
  const silent = new Float64Array(free.length)
  const moves = best.map(({ point }, k) => {
    const active = activity(encoded, point)
    return Float64Array.from(free, (index, i) => {
      const { kind, unitAt } = dimensions[index]!
      if (kind !== 'categorical' && active[index]) return (unitAt(point[index]!) - mean[i]!) / sigma
      silent[i]! += weights[k]!
      return 0
    })
  })
  return { moves, silent }
}

/** A failure is worse than any value. */
function worthOf({ value = Number.POSITIVE_INFINITY }: Observation): number {
  return value
}

/** Expected length of a standard normal vector. */
function lengthOfNormal(d: number): number {
  return d < 1 ? 1 : Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d))
}

function movedChances(
  encoded: EncodedSpace,
  { chances, size }: SearchDistribution,
  best: readonly Observation[],
  weights: readonly number[],
): Float64Array[] {
  return chances.map((before, i) => {
    if (before.length === 0) return before
    const index = encoded.free[i]!
    const share = new Float64Array(before.length)
    let heard = 0
    best.forEach(({ point }, k) => {
      if (!activity(encoded, point)[index]) return
      share[point[index]!]! += weights[k]!
      heard += weights[k]!
    })
    // Each category keeps a chance, or it would be lost for good.
    const least = 1 / (size * encoded.free.length * (before.length - 1))
    const moved = before.map((chance, c) =>
      Math.max((1 - CATEGORY_RATE * heard) * chance + CATEGORY_RATE * share[c]!, least),
    )
    const sum = moved.reduce((total, chance) => total + chance, 0)
    return moved.map((chance) => chance / sum)
  })
}

/** Lower triangle of a d x d covariance, row after row. */
export function factorOf(covariance: Float64Array, d: number): Float64Array {
  const factored = choleskyWithJitter(covariance, d)
  if (factored) return factored.factor
  // Only rounding at the end of a convergence gets here: go on without correlations.
  return covariance.map((value, at) => (at % (d + 1) === 0 ? Math.sqrt(Math.max(value, 1e-12)) : 0))
}

/** L⁻¹ y. */
function solve(factor: Float64Array, y: Float64Array): Float64Array {
  const d = y.length
  const x = y.slice()
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) x[i]! -= factor[i * d + j]! * x[j]!
    x[i]! /= factor[i * d + i]!
  }
  return x
}
