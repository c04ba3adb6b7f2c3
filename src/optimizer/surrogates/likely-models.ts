import type { Random } from '../../math/random.ts'
import type { Hyperparameters, Mode } from './fit.ts'
import { samplePosterior } from './sample.ts'

// What parameters do is often a sum of what each does by itself, and then far fewer results show where the best is. Part
// of the kernel stays joint, so that no result is taken for noise where they do act on one another.
const JOINT = 0
const ADDITIVE = 0.9
// ln of the odds for the additive kernel before any result: few of them say which kernel is right, and it is the one by
// which a search has more to gain.
const LOG_ODDS = 2

// A sum costs as many kernels as there are dimensions: with 20 of them a proposal took twice as long.
const MOST_ADDED = 10

/** The kernels to choose from, by the share that is additive. */
export function additiveShares(dimensions: number): readonly number[] {
  return dimensions > 1 && dimensions <= MOST_ADDED ? [JOINT, ADDITIVE] : [JOINT]
}

/**
 * `count` models, by kernel as many as its mode is probable (Duvenaud, Lloyd, Grosse, Tenenbaum and Ghahramani, ICML 2013,
 * choose structures so): of each the mode and samples around it, those of the likelier kernel first.
 */
export function likelyModels(modes: readonly Mode[], count: number, random: Random): Hyperparameters[] {
  const ranked = modes
    .map((mode) => ({ ...mode, loss: mode.value - (mode.objective.additiveShare > 0 ? LOG_ODDS : 0) }))
    .sort((a, b) => a.loss - b.loss)
  const best = ranked[0]!.loss
  // Equal ones, infinite ones among them, are as likely.
  const odds = ranked.map(({ loss }) => (loss === best ? 1 : Math.exp(best - loss)))
  const counts = apportion(odds, count)
  return ranked.flatMap(({ objective, theta }, k) => {
    if (counts[k] === 0) return []
    const samples = samplePosterior(objective, theta, counts[k]! - 1, random)
    return [theta, ...samples].map((one) => objective.toHyperparameters(one))
  })
}

/** Places by weight: each middle of `count` equal parts of the whole goes to the weight that it falls on. */
function apportion(weights: readonly number[], count: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let passed = 0
  let given = 0
  return weights.map((weight) => {
    passed += weight
    const upTo = Math.round((passed / total) * count)
    const places = upTo - given
    given = upTo
    return places
  })
}
