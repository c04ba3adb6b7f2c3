import type { Random } from '../../../math/random.ts'
import type { History, Measured, Observation } from '../../history/history.ts'
import { FENCES, worstValue } from '../../surrogates/training.ts'

// Of the sum of all objectives, so that a point that is better in one of them is better (Knowles 2006, eq. 1).
const AUGMENTATION = 0.05

/**
 * Observations under one value that a model can learn, constraints apart: the objective itself, or ParEGO's augmented
 * Chebyshev norm of several under random weights (Knowles, "ParEGO", IEEE TEC 10, 2006). Each proposal draws weights of
 * its own, and so looks for another part of the front.
 */
export function scalarize({ observations }: Pick<History, 'observations'>, random: Random): Observation[] {
  const measured = observations.flatMap(({ measured: one }) => one ?? [])
  const isSingle = measured.every(({ objectives }) => objectives.length === 1)
  const norm = isSingle ? undefined : chebyshevNorm(measured, random)
  return observations.map((observation) => {
    const { measured: one } = observation
    if (!one) return observation
    if (norm) return { ...observation, ...norm(one) }
    const value = one.objectives[0]!
    return value === observation.value ? observation : { ...observation, value }
  })
}

/** Of what a trial measured, with the standard error that those of the objectives give it to first order. */
function chebyshevNorm(
  measured: readonly Measured[],
  random: Random,
): (one: Measured) => Required<Pick<Observation, 'value' | 'measured'>> {
  const ranges = measured[0]!.objectives.map((_, k) => {
    const values = measured.map(({ objectives }) => objectives[k]!)
    const low = values.reduce((a, b) => Math.min(a, b))
    const high = values.reduce((a, b) => Math.max(a, b))
    // Beside one trial that diverged all others would be the same in that objective.
    return { low, span: Math.min(high, worstValue(values, FENCES.search)) - low || 1 }
  })
  const weights = simplexPoint(ranges.length, random)
  return (one) => {
    const parts = one.objectives.map((value, k) => (weights[k]! * (value - ranges[k]!.low)) / ranges[k]!.span)
    const largest = parts.indexOf(Math.max(...parts))
    const value = parts[largest]! + AUGMENTATION * parts.reduce((sum, part) => sum + part, 0)
    const errors = one.errors.map(
      (error, k) => ((AUGMENTATION + Number(k === largest)) * weights[k]! * error) / ranges[k]!.span,
    )
    return { value, measured: { ...one, objectives: [value], errors: [Math.hypot(...errors)] } }
  }
}

/** Uniform over the weights that sum to 1: exponential variables over their sum. */
function simplexPoint(count: number, random: Random): number[] {
  const draws = Array.from({ length: count }, () => -Math.log(1 - random.uniform()))
  const sum = draws.reduce((total, one) => total + one, 0)
  return draws.map((one) => one / sum)
}
