import type { ParameterSpec } from '../domain/search-space.ts'
import { normalCdf, normalQuantile } from '../math/normal.ts'
import type { Acquisition } from './acquisition/log-expected-improvement.ts'
import type { EncodedSpace } from './encode.ts'

/** A user's belief about a free dimension: normal in units of the axis. */
interface Belief {
  /** Place among the free dimensions. */
  readonly k: number
  readonly mean: number
  readonly deviation: number
}

function beliefsOf({ space, dimensions, free }: EncodedSpace): Belief[] {
  return free.flatMap((index, k) => {
    const spec = space.parameters[index]!
    if ((spec.type !== 'float' && spec.type !== 'int') || !spec.prior) return []
    const { unitAt, levelOf } = dimensions[index]!
    return [
      { k, mean: unitAt(levelOf(spec.prior.mean)), deviation: spec.prior.standardDeviation / widthOf(spec) },
    ]
  })
}

function widthOf({ min, max, scale }: Extract<ParameterSpec, { type: 'float' | 'int' }>): number {
  return scale === 'linear' ? max - min : Math.log(max) - Math.log(min)
}

/** Moves a point of the unit cube, so that even designs are as dense as the priors say: truncated normal quantiles. */
export function followPriors(encoded: EncodedSpace, unit: Float64Array): Float64Array {
  const moved = unit.slice()
  for (const { k, mean, deviation } of beliefsOf(encoded)) {
    const [low, high] = [normalCdf(-mean / deviation), normalCdf((1 - mean) / deviation)]
    const quantile = mean + deviation * normalQuantile(low + unit[k]! * (high - low))
    moved[k] = Math.min(Math.max(quantile, 0), 1)
  }
  return moved
}

// The paper's: the prior weighs as much as an observation would after a tenth of the budget.
const BUDGET_SHARE = 0.1
// Where a study has no end: as if it had this many trials.
const OPEN_BUDGET = 100

/**
 * piBO: the logarithm of the priors, to be added to that of an acquisition, with a weight that fades as results come in
 * (Hvarfner et al., "piBO: augmenting acquisition functions with user beliefs", ICLR 2022, eq. 6). Undefined without
 * priors.
 *
 * @param results completed trials, at least one. @param trials budget of the study; may be Infinity.
 */
export function logPriors(encoded: EncodedSpace, results: number, trials: number): Acquisition | undefined {
  const beliefs = beliefsOf(encoded)
  if (beliefs.length === 0) return undefined
  const weight = (BUDGET_SHARE * (Number.isFinite(trials) ? trials : OPEN_BUDGET)) / results
  const valueAt = (x: Float64Array) =>
    beliefs.reduce((sum, { k, mean, deviation }) => sum - 0.5 * weight * ((x[k]! - mean) / deviation) ** 2, 0)
  return {
    evaluate: (points) => Float64Array.from(points, valueAt),
    evaluateWithGradients: (points) => {
      const d = encoded.free.length
      const gradients = new Float64Array(points.length * d)
      points.forEach((x, c) => {
        for (const { k, mean, deviation } of beliefs) {
          gradients[c * d + k] = (-weight * (x[k]! - mean)) / deviation ** 2
        }
      })
      return { values: Float64Array.from(points, valueAt), gradients }
    },
  }
}
