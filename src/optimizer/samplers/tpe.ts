import type { History } from '../history/history.ts'
import type { Point } from '../space/encode.ts'
import { isFeasible } from '../space/encode.ts'
import { findPoint } from '../space/feasible.ts'
import { ParzenEstimator } from '../surrogates/parzen.ts'
import { randomSampler } from './random.ts'
import type { Sampler, SamplerInput } from './sampler.ts'

// The numbers of Optuna 5's TPESampler, so that results can be compared.
const STARTUP = 10
const CANDIDATES = 24
const GOOD_SHARE = 0.1
const MAX_GOOD = 25
// Constraints may refuse most of what the density offers.
const MAX_DRAWS = 50 * CANDIDATES

/**
 * Multivariate tree-structured Parzen estimator: draws points where good trials are dense, and takes the one where
 * they are densest compared with the others. Trials in flight count among the others, which spreads parallel ones.
 */
export const tpeSampler: Sampler = {
  name: 'tpe',
  version: 3,
  takesLogarithms: true,
  propose: (input) => {
    const completed = input.history.observations.filter(({ value }) => value !== undefined).length
    if (completed < STARTUP) {
      const answer = randomSampler.propose(input)
      return answer && { ...answer, phase: 'startup' }
    }
    const random = input.random.fork('tpe', input.index)
    const point = bestByRatio(input) ?? findPoint(input.encoded, random.fork('rest'), input.history.isNew)
    return point && { point, phase: 'model', sampler: tpeSampler }
  },
}

function bestByRatio({ encoded, history, index, random }: SamplerInput): Point | undefined {
  const { good, others } = split(history)
  const density = new ParzenEstimator(encoded, good)
  const background = new ParzenEstimator(encoded, others)
  const stream = random.fork('tpe', index, 'candidates')
  let best: { point: Point; ratio: number } | undefined
  for (let draw = 0, left = CANDIDATES; draw < MAX_DRAWS && left > 0; draw++) {
    const point = density.sample(stream)
    if (!isFeasible(encoded, point) || !history.isNew(point)) continue
    left--
    const ratio = density.logDensity(point) - background.logDensity(point)
    if (!best || ratio > best.ratio) best = { point, ratio }
  }
  return best?.point
}

/** The best tenth, at most 25; all others, failures and trials in flight included. Both in the order of trials. */
export function split({ observations, pending }: Pick<History, 'observations' | 'pending'>): {
  good: readonly Point[]
  others: readonly Point[]
} {
  const completed = observations.filter(({ value }) => value !== undefined)
  const wanted = Math.min(Math.ceil(GOOD_SHARE * completed.length), MAX_GOOD)
  const good = new Set(completed.toSorted((a, b) => a.value! - b.value!).slice(0, wanted))
  return {
    good: observations.filter((observation) => good.has(observation)).map(({ point }) => point),
    others: [
      ...observations.filter((observation) => !good.has(observation)).map(({ point }) => point),
      ...pending,
    ],
  }
}
