import type { Random } from '../../math/random.ts'
import type { Observation } from '../history/history.ts'
import { awaken } from '../space/awaken.ts'
import { isFeasible, type Point } from '../space/encode.ts'
import { findPoint } from '../space/feasible.ts'
import { mutate } from '../space/mutate.ts'
import type { Sampler, SamplerInput } from './sampler.ts'
import { sobolSampler } from './sobol.ts'

// A fifth of the paper's 100 and 25, in its ratio: studies here have tens of trials, not thousands.
const POPULATION = 20
const TOURNAMENT = 5
const MOVES = { smallest: 0.01, largest: 0.5 }
// Moves of inactive parameters change nothing, and constraints refuse some: try again.
const MAX_TRIES = 200

/**
 * Aging evolution (Real, Aggarwal, Huang and Le, "Regularized evolution for image classifier architecture search",
 * AAAI 2019, algorithm 1): the population is the newest results, good or bad, so that nothing lives on luck. Each
 * proposal mutates the best of a few drawn from it. The first population is an even design.
 */
export const regularizedEvolutionSampler: Sampler = {
  name: 'regularized-evolution',
  version: 3,
  takesLogarithms: true,
  propose: (input) => {
    const { observations } = input.history
    if (observations.length < POPULATION || input.encoded.free.length === 0)
      return sobolSampler.propose(input)
    const random = input.random.fork('regularized-evolution', input.index)
    const point =
      offspring(input, random) ?? findPoint(input.encoded, random.fork('rest'), input.history.isNew)
    return point && { point, phase: 'model', sampler: regularizedEvolutionSampler }
  },
}

function offspring({ encoded, history }: SamplerInput, random: Random): Point | undefined {
  const parent = selectParent(history.observations, random.fork('tournament')).point
  const stream = random.fork('mutation')
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const child = awaken(encoded, [parent], mutate(encoded, parent, MOVES, stream), stream)
    if (isFeasible(encoded, child) && history.isNew(child)) return child
  }
  return undefined
}

/** The best of some drawn from the newest, without putting back; a failure only where all of them failed. */
export function selectParent(observations: readonly Observation[], random: Random): Observation {
  const drawn = random.shuffle(observations.slice(-POPULATION)).slice(0, TOURNAMENT)
  return drawn.reduce((best, other) => (objectiveOf(other) < objectiveOf(best) ? other : best))
}

function objectiveOf({ value = Number.POSITIVE_INFINITY }: Observation): number {
  return value
}
