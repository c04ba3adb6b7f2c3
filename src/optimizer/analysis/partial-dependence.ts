import type { ParameterValue } from '../../domain/search-space.ts'
import { activity, type Point } from '../space/encode.ts'
import { featuresOfAll } from '../space/features.ts'
import { type Surrogate, spreadPoints } from './surrogate.ts'

export interface DependencePoint {
  readonly value: ParameterValue
  /** What the objective comes to on average over all other parameters. */
  readonly mean: number
  /** Ends of the 90 % band of that average. */
  readonly low: number
  readonly high: number
}
export interface Dependence {
  readonly parameter: string
  readonly points: readonly DependencePoint[]
}

const BACKGROUND = 64
const GRID = 21
// 5 % of a normal distribution lie beyond it on either side.
const NORMAL_95 = 1.6448536269514722

/**
 * How the objective depends on one parameter, all others averaged out over the space (Friedman 2001), with the exact
 * uncertainty of that average under the model: it is a linear functional of the process.
 *
 * @param index of the parameter in the space.
 */
export function partialDependence(surrogate: Surrogate, index: number): Dependence {
  const { name, valueAt } = surrogate.encoded.dimensions[index]!
  const background = spreadPoints(surrogate, BACKGROUND)
  const levels = levelsOf(surrogate, index).flatMap((level) => {
    const there = background
      .map((point) => point.with(index, level))
      .filter((point) => activity(surrogate.encoded, point)[index])
    return there.length === 0 ? [] : [{ value: valueAt(level), there }]
  })
  const averages = averagesOver(
    surrogate,
    levels.map(({ there }) => there),
  )
  return { parameter: name, points: levels.map(({ value }, k) => ({ value, ...averages[k]! })) }
}

/** All of few values, or an even choice of many. */
function levelsOf({ encoded }: Surrogate, index: number): number[] {
  const { count, levelAt, kind } = encoded.dimensions[index]!
  if (kind === 'categorical' || count <= GRID) return Array.from({ length: count }, (_, level) => level)
  return [...new Set(Array.from({ length: GRID }, (_, g) => levelAt(g / (GRID - 1))))]
}

function averagesOver(
  { encoded, process, toUnit }: Surrogate,
  groups: readonly (readonly Point[])[],
): Omit<DependencePoint, 'value'>[] {
  const { means, variances } = process.averages(groups.map((points) => featuresOfAll(encoded, points)))
  return Array.from(means, (mean, k) => {
    const band = NORMAL_95 * Math.sqrt(Math.max(variances[k]!, 0))
    const ends = [toUnit(mean - band), toUnit(mean + band)]
    return { mean: toUnit(mean), low: Math.min(...ends), high: Math.max(...ends) }
  })
}
