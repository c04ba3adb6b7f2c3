import { quantile } from '../../math/stats.ts'
import { activity, type EncodedSpace, type Point } from '../space/encode.ts'

export interface Divergence {
  readonly parameter: string
  /** How differently the best trials use the parameter: shares, 1 in all. */
  readonly share: number
}

const TOP = 0.1
const STEPS = 50

/**
 * PED-ANOVA: what matters among good values. The Pearson divergence between the density of the best tenth of trials
 * and that of all of them, one parameter at a time (Watanabe, Bansal and Hutter, "PED-ANOVA: efficiently quantifying
 * hyperparameter importance in arbitrary subspaces", IJCAI 2023, eq. 11). Needs no model, so any number of trials.
 *
 * @param ranked points of the completed trials, the best first.
 */
export function pedAnova(encoded: EncodedSpace, ranked: readonly Point[]): Divergence[] {
  const top = ranked.slice(0, Math.max(1, Math.ceil(TOP * ranked.length)))
  const divergences = encoded.free.map((index) => {
    const best = densityAlong(encoded, index, top)
    const all = densityAlong(encoded, index, ranked)
    return all.reduce((sum, density, g) => sum + density * (best[g]! / density - 1) ** 2, 0)
  })
  const total = divergences.reduce((sum, divergence) => sum + divergence, 0)
  return encoded.free.map((index, k) => ({
    parameter: encoded.dimensions[index]!.name,
    share: total > 0 ? divergences[k]! / total : 0,
  }))
}

/** A Parzen estimate on a grid, with one kernel for the prior: the density of the points where the parameter is active. */
function densityAlong(encoded: EncodedSpace, index: number, points: readonly Point[]): number[] {
  const { kind, count, unitAt } = encoded.dimensions[index]!
  const active = points.filter((point) => activity(encoded, point)[index])
  const kernels = active.length + 1
  if (kind === 'categorical') {
    return Array.from({ length: count }, (_, level) => {
      const here = active.filter((point) => point[index] === level).length
      return (here + 1 / count) / kernels
    })
  }
  const steps = Math.min(count, STEPS)
  const units = active.map((point) => unitAt(point[index]!))
  const width = Math.max(scottWidth(units), 0.5 / 1.64 / steps)
  const sums = new Float64Array(steps)
  for (const unit of units) addMasses(sums, unit, width)
  return Array.from(sums, (sum) => (sum + 1 / steps) / kernels)
}

/** Adds a kernel's share of each step, 1 in all. */
function addMasses(sums: Float64Array, unit: number, width: number): void {
  const weights = new Float64Array(sums.length)
  let total = 0
  for (let g = 0; g < weights.length; g++) {
    const z = ((g + 0.5) / weights.length - unit) / width
    weights[g] = Math.exp(-0.5 * z * z)
    total += weights[g]!
  }
  for (let g = 0; g < weights.length; g++) sums[g]! += weights[g]! / total
}

/** Scott's rule with the smaller of two spreads. */
function scottWidth(units: readonly number[]): number {
  if (units.length < 2) return 1
  const ascending = units.toSorted((a, b) => a - b)
  const centre = units.reduce((sum, unit) => sum + unit, 0) / units.length
  const deviation = Math.sqrt(units.reduce((sum, unit) => sum + (unit - centre) ** 2, 0) / units.length)
  const range = quantile(ascending, 0.75) - quantile(ascending, 0.25)
  return 1.059 * Math.min(range / 1.34, deviation) * units.length ** -0.2
}
