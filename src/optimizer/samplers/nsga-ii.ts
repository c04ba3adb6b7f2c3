import { clamp } from '../../math/clamp.ts'
import type { Random } from '../../math/random.ts'
import type { Observation } from '../history/history.ts'
import { awaken } from '../space/awaken.ts'
import { activity, type EncodedSpace, isFeasible, type Point } from '../space/encode.ts'
import { findPoint } from '../space/feasible.ts'
import type { Sampler, SamplerInput } from './sampler.ts'
import { sobolSampler } from './sobol.ts'

// Half of the paper's 100: studies here have hundreds of trials, not tens of thousands.
const POPULATION = 50
const SMALLEST_POPULATION = 10
const CROSSOVER_CHANCE = 0.9
// Distribution indices of the paper: how close children stay to their parents.
const CROSSOVER_INDEX = 20
const MUTATION_INDEX = 20
const MAX_TRIES = 200

/**
 * NSGA-II (Deb, Pratap, Agarwal and Meyarivan, IEEE TEC 6, 2002), one child at a time: the parents are the best of all
 * results in the order of `rankOutcomes`, children come from binary tournaments, simulated binary crossover and
 * polynomial mutation; categories are exchanged and redrawn. Constraints come first, as in the paper. With a single
 * objective it is a genetic algorithm.
 */
export const nsgaIiSampler: Sampler = {
  name: 'nsga-ii',
  version: 3,
  takesLogarithms: true,
  propose: (input) => {
    const { encoded, history, index, limits } = input
    const population = populationSize(limits.trials)
    const parents = bestOf(history.observations, population)
    if (history.observations.length < population || parents.length < 2 || encoded.free.length === 0)
      return sobolSampler.propose(input)
    const random = input.random.fork('nsga-ii', index)
    const point = child(input, parents, random) ?? findPoint(encoded, random.fork('rest'), history.isNew)
    return point && { point, phase: 'model', sampler: nsgaIiSampler }
  },
}

/** A fifth of a small budget, so that there are some generations. */
function populationSize(trials: number): number {
  return Math.max(SMALLEST_POPULATION, Math.min(POPULATION, Math.floor(trials / 5)))
}

/** Points, the best first. */
function bestOf(observations: readonly Observation[], count: number): Point[] {
  const completed = observations.filter(({ value }) => value !== undefined)
  const ranked = completed.toSorted((a, b) => a.value! - b.value!)
  return ranked.slice(0, count).map(({ point }) => point)
}

function child(
  { encoded, history }: SamplerInput,
  parents: readonly Point[],
  random: Random,
): Point | undefined {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const [mother, father] = [tournament(parents, random), tournament(parents, random)]
    const isCrossed = random.uniform() < CROSSOVER_CHANCE
    const crossed = isCrossed ? cross(encoded, mother, father, random) : mother
    const both = isCrossed ? [mother, father] : [mother]
    const point = awaken(encoded, both, mutated(encoded, crossed, random), random)
    if (isFeasible(encoded, point) && history.isNew(point)) return point
  }
  return undefined
}

/** The better of two: parents are in order. */
function tournament(parents: readonly Point[], random: Random): Point {
  return parents[Math.min(random.int(parents.length), random.int(parents.length))]!
}

function cross(encoded: EncodedSpace, mother: Point, father: Point, random: Random): Point {
  const [ofMother, ofFather] = [activity(encoded, mother), activity(encoded, father)]
  const point = mother.slice()
  for (const index of encoded.free) {
    const { kind, unitAt, levelAt } = encoded.dimensions[index]!
    // What is inactive is no value to be mixed with.
    if (ofMother[index] && (!ofFather[index] || random.uniform() < 0.5)) continue
    if (kind === 'categorical' || !ofMother[index]) point[index] = father[index]!
    else {
      const [a, b] = [unitAt(mother[index]!), unitAt(father[index]!)]
      const u = random.uniform()
      const spread = u < 0.5 ? 2 * u : 1 / (2 * (1 - u))
      const beta = spread ** (1 / (CROSSOVER_INDEX + 1))
      const side = random.uniform() < 0.5 ? 1 : -1
      point[index] = levelAt(clamp(0.5 * (a + b + side * beta * (b - a))))
    }
  }
  return point
}

/** One dimension on average. */
function mutated(encoded: EncodedSpace, parent: Point, random: Random): Point {
  const point = parent.slice()
  for (const index of encoded.free) {
    if (random.uniform() >= 1 / encoded.free.length) continue
    const { kind, count, unitAt, levelAt } = encoded.dimensions[index]!
    if (kind === 'categorical') point[index] = random.int(count)
    else point[index] = levelAt(clamp(unitAt(point[index]!) + polynomial(random.uniform())))
  }
  return point
}

function polynomial(u: number): number {
  const power = 1 / (MUTATION_INDEX + 1)
  return u < 0.5 ? (2 * u) ** power - 1 : 1 - (2 * (1 - u)) ** power
}
