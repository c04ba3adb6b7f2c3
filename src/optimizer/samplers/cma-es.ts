import { normalQuantile } from '../../math/normal.ts'
import type { Random } from '../../math/random.ts'
import { type EncodedSpace, isFeasible, type Point } from '../space/encode.ts'
import { findPoint } from '../space/feasible.ts'
import { factorOf, learn, type SearchDistribution } from '../surrogates/search-distribution.ts'
import type { Sampler, SamplerInput } from './sampler.ts'

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
  version: 3,
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

/** Draws until a point is feasible and new; undefined after many. */
function draw(
  { encoded, history }: SamplerInput,
  state: SearchDistribution,
  random: Random,
): Point | undefined {
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
function margins(encoded: EncodedSpace, { covariance, sigma, size }: SearchDistribution): number[] {
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
