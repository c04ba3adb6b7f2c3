import { choleskyWithJitter } from '../../math/linalg.ts'
import { normalQuantile } from '../../math/normal.ts'
import type { Random } from '../../math/random.ts'
import { type EncodedSpace, INACTIVE_UNIT, isFeasible, type Point } from '../encode.ts'
import { findPoint } from '../feasible.ts'
import type { Observation } from '../history.ts'
import type { Sampler, SamplerInput } from './sampler.ts'

// In units of the axes: a start that covers the space without wasting points on its walls.
const SIGMA = 0.3
// Below this all points of a generation are one: begin again, with twice as many a generation (Auger and Hansen 2005).
const SMALLEST_SIGMA = 1e-7
// A category takes about five generations to be forgotten.
const CATEGORY_RATE = 0.2
const MAX_DRAWS = 200

/**
 * Covariance matrix adaptation (Hansen, "The CMA evolution strategy: a tutorial", 2016), its matrix kept as a Cholesky
 * factor for the path (Krause, Arbonès and Igel, NeurIPS 2016). Integers keep a margin: a chance to leave their cell
 * however small the step (Hamano, Saito, Nomura and Shirakawa, GECCO 2022). Categories follow a distribution of their
 * own that moves with the same weights, with a margin too (after CatCMA, Hamano et al., GECCO 2024).
 *
 * The state is computed from the results anew each time: they make generations in the order of trial numbers, whoever
 * proposed them, so that parallel and enqueued trials teach as well.
 */
export const cmaEsSampler: Sampler = {
  name: 'cma-es',
  version: 2,
  takesLogarithms: true,
  propose: (input) => {
    const { encoded, history, index } = input
    const random = input.random.fork('cma-es', index)
    const state = learn(encoded, history.observations, input.random.fork('cma-es'))
    const point = draw(input, state, random) ?? findPoint(encoded, random.fork('rest'), history.isNew)
    const phase = state.generation === 0 ? 'startup' : 'model'
    return point && { point, phase, sampler: cmaEsSampler }
  },
}

interface State {
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

/** The distribution after all whole generations; exported for its test. */
export function learn(encoded: EncodedSpace, observations: readonly Observation[], random: Random): State {
  let state = initial(encoded, 4 + Math.floor(3 * Math.log(Math.max(encoded.free.length, 1))))
  for (let start = 0; start + state.size <= observations.length; ) {
    const generation = observations.slice(start, start + state.size)
    start += state.size
    state = step(encoded, state, generation)
    if (state.sigma < SMALLEST_SIGMA) state = restarted(encoded, state, random)
  }
  return state
}

function initial(encoded: EncodedSpace, size: number): State {
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

function restarted(encoded: EncodedSpace, { generation, size }: State, random: Random): State {
  const stream = random.fork('restart', generation)
  const fresh = initial(encoded, 2 * size)
  return { ...fresh, generation, mean: fresh.mean.map(() => stream.uniform()) }
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
    // Expected length of a standard normal vector.
    length: Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d)),
  }
}

function step(encoded: EncodedSpace, state: State, generation: readonly Observation[]): State {
  const d = encoded.free.length
  const { weights, mass, sigmaRate, damping, pathRate, rankOne, rankMany, length } = constants(d, state.size)
  const best = generation.toSorted((a, b) => worthOf(a) - worthOf(b)).slice(0, weights.length)
  const moves = best.map(({ point }) =>
    unitsOf(encoded, point, state).map((unit, i) => (unit - state.mean[i]!) / state.sigma),
  )
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
    return (
      (1 - rankOne - rankMany + missing) * value +
      rankOne * covariancePath[i]! * covariancePath[j]! +
      rankMany * many
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

/** A failure is worse than any value. */
function worthOf({ value = Number.POSITIVE_INFINITY }: Observation): number {
  return value
}

/** Categorical coordinates stay at the mean: they have no place among numbers. */
function unitsOf(encoded: EncodedSpace, point: Point, { mean }: State): Float64Array {
  return Float64Array.from(encoded.free, (index, i) => {
    const { kind, unitAt } = encoded.dimensions[index]!
    return kind === 'categorical' ? mean[i]! : unitAt(point[index]!)
  })
}

function movedChances(
  encoded: EncodedSpace,
  { chances, size }: State,
  best: readonly Observation[],
  weights: readonly number[],
): Float64Array[] {
  return chances.map((before, i) => {
    if (before.length === 0) return before
    const index = encoded.free[i]!
    const share = new Float64Array(before.length)
    best.forEach(({ point }, k) => {
      share[point[index]!]! += weights[k]!
    })
    // Each category keeps a chance, or it would be lost for good.
    const least = 1 / (size * encoded.free.length * (before.length - 1))
    const moved = before.map((chance, c) =>
      Math.max((1 - CATEGORY_RATE) * chance + CATEGORY_RATE * share[c]!, least),
    )
    const sum = moved.reduce((total, chance) => total + chance, 0)
    return moved.map((chance) => chance / sum)
  })
}

/** Draws until a point is feasible and new; undefined after many. */
function draw({ encoded, history }: SamplerInput, state: State, random: Random): Point | undefined {
  const d = encoded.free.length
  const factor = factorOf(state.covariance, d)
  const stretch = margins(encoded, state)
  for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
    const normals = Float64Array.from({ length: d }, () => random.normal())
    const point = new Float64Array(encoded.dimensions.length)
    encoded.free.forEach((index, i) => {
      const { kind, levelAt } = encoded.dimensions[index]!
      if (kind === 'categorical') point[index] = pick(state.chances[i]!, random)
      else {
        let y = 0
        for (let j = 0; j <= i; j++) y += factor[i * d + j]! * normals[j]!
        point[index] = levelAt(reflect(state.mean[i]! + state.sigma * stretch[i]! * y))
      }
    })
    if (isFeasible(encoded, point) && history.isNew(point)) return point
  }
  return undefined
}

/** By how much to stretch each dimension, so that a lattice value is left with a chance of at least 1 / (size d). */
function margins(encoded: EncodedSpace, { covariance, sigma, size }: State): number[] {
  const d = encoded.free.length
  const reach = -normalQuantile(1 / (2 * size * d))
  return encoded.free.map((index, i) => {
    const { kind, count } = encoded.dimensions[index]!
    if (kind !== 'lattice') return 1
    const deviation = sigma * Math.sqrt(covariance[i * d + i]!)
    return Math.max(1, 0.5 / count / reach / deviation)
  })
}

/** A mirror at either end of the axis. */
function reflect(unit: number): number {
  const folded = Math.abs(unit) % 2
  return folded > 1 ? 2 - folded : folded
}

function pick(chances: Float64Array, random: Random): number {
  let left = random.uniform()
  for (let c = 0; c < chances.length - 1; c++) {
    left -= chances[c]!
    if (left < 0) return c
  }
  return chances.length - 1
}

function factorOf(covariance: Float64Array, d: number): Float64Array {
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
