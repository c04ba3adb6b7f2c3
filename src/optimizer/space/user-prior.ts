import type { ChoicePrior, NormalPrior, ParameterSpec } from '../../domain/search-space.ts'
import { clamp } from '../../math/clamp.ts'
import { normalCdf, normalQuantile } from '../../math/normal.ts'
import type { Acquisition } from '../acquisition/acquisition.ts'
import { rangeScale, type UnitScale } from './axis.ts'
import type { Dimension, EncodedSpace } from './encode.ts'
import { activityOfFeatures, levelOfFeature } from './features.ts'

/** A user's belief about a free dimension. */
interface Belief {
  /** Place in the space, and among the free dimensions. */
  readonly index: number
  readonly k: number
  /** The unit below which this share of the belief lies. */
  readonly quantile: (share: number) => number
  /**
   * ln density at a feature, 0 where it is largest: a parameter that is not active adds 0 too, so what is believed of
   * the parameters of a branch speaks neither for nor against it.
   */
  readonly log: (feature: number) => number
  readonly slope: (feature: number) => number
}

type Place = Pick<Belief, 'index' | 'k'>

function beliefsOf({ space, dimensions, free }: EncodedSpace): Belief[] {
  return free.flatMap((index, k) => {
    const spec = space.parameters[index]!
    const place = { index, k }
    if (!spec.prior) return []
    if ('weights' in spec.prior) return [weightsBelief(place, spec.prior, dimensions[index]!)]
    return [normalBelief(place, spec.prior, rangeScale(spec as RangeSpec), dimensions[index]!)]
  })
}

type RangeSpec = Extract<ParameterSpec, { type: 'float' | 'int' }>

/** Normal in units of the axis, on which each value of a lattice has a cell of its own; cut off at the ends. */
function normalBelief(
  place: Place,
  prior: NormalPrior,
  { toUnit, halfLength }: UnitScale,
  dimension: Dimension,
): Belief {
  const mean = clamp(toUnit(prior.mean))
  const deviation = prior.standardDeviation / 2 / halfLength
  const [low, high] = [normalCdf(-mean / deviation), normalCdf((1 - mean) / deviation)]
  const square = (unit: number) => ((unit - mean) / deviation) ** 2
  // The mean of a lattice may lie between its values.
  const least = square(dimension.unitAt(dimension.levelOf(prior.mean)))
  return {
    ...place,
    quantile: (share) => clamp(mean + deviation * normalQuantile(low + share * (high - low))),
    log: (feature) => -0.5 * (square(feature) - least),
    slope: (feature) => -(feature - mean) / deviation ** 2,
  }
}

function weightsBelief(place: Place, { weights }: ChoicePrior, dimension: Dimension): Belief {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const logs = weights.map((weight) => Math.log(weight / Math.max(...weights)))
  return {
    ...place,
    quantile: (share) => {
      let left = share * total
      const level = weights.findIndex((weight, i) => {
        if (left < weight || i === weights.length - 1) return true
        left -= weight
        return false
      })
      // Within the cell of the level, as even as before.
      return (level + Math.min(left / weights[level]!, 1 - Number.EPSILON)) / weights.length
    },
    log: (feature) => logs[levelOfFeature(dimension, feature)]!,
    slope: () => 0,
  }
}

/** Moves a point of the unit cube, so that even designs are as dense as the priors say: quantiles of each. */
export function followPriors(encoded: EncodedSpace, unit: Float64Array): Float64Array {
  const moved = unit.slice()
  for (const { k, quantile } of beliefsOf(encoded)) moved[k] = quantile(unit[k]!)
  return moved
}

// The paper's: the prior weighs as much as an observation would after a tenth of the budget.
const BUDGET_SHARE = 0.1
// Where a study has no end: as if it had this many trials.
const OPEN_BUDGET = 100

/**
 * piBO: the logarithm of the priors of the active parameters, to be added to that of an acquisition, with a weight that
 * fades as results come in (Hvarfner et al., "piBO: augmenting acquisition functions with user beliefs", ICLR 2022,
 * eq. 6). Undefined without priors.
 *
 * @param results that there are, at least one. @param trials budget of the study; may be Infinity.
 */
export function logPriors(encoded: EncodedSpace, results: number, trials: number): Acquisition | undefined {
  const beliefs = beliefsOf(encoded)
  if (beliefs.length === 0) return undefined
  const weight = (BUDGET_SHARE * (Number.isFinite(trials) ? trials : OPEN_BUDGET)) / results
  const activeAt = (x: Float64Array) => {
    const active = activityOfFeatures(encoded, x)
    return beliefs.filter(({ index }) => active[index] === 1)
  }
  const valueAt = (x: Float64Array) => activeAt(x).reduce((sum, { k, log }) => sum + weight * log(x[k]!), 0)
  return {
    evaluate: (points) => Float64Array.from(points, valueAt),
    evaluateWithGradients: (points) => {
      const d = encoded.free.length
      const gradients = new Float64Array(points.length * d)
      points.forEach((x, c) => {
        for (const { k, slope } of activeAt(x)) gradients[c * d + k] = weight * slope(x[k]!)
      })
      return { values: Float64Array.from(points, valueAt), gradients }
    },
  }
}
