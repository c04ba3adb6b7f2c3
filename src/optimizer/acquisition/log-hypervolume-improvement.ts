import type { Values } from '../../math/hypervolume.ts'
import { log1mexp, logImprovement, normalLogCdf, normalLogPdf } from '../../math/normal.ts'
import type { GaussianProcess } from '../surrogates/gaussian-process.ts'
import type { Acquisition } from './acquisition.ts'

/** A box of what no point of a front dominates: where in each objective its ends are; -Infinity for no lower one. */
export interface Cell {
  readonly lower: Values
  readonly upper: Values
}

/**
 * What is below the reference and not dominated by the front, in boxes: strips along the first objective, and of three
 * objectives slabs along the last one, each with the strips of the points that reach into it (Yang, Emmerich, Deutz and
 * Bäck, "Efficient computation of expected hypervolume improvement using box decomposition algorithms", Journal of Global
 * Optimization 75, 2019, sections 4 and 5).
 *
 * @param front points that do not dominate each other. @param reference of 2 or 3 coordinates.
 */
export function cellsBelow(front: readonly Values[], reference: Values): Cell[] {
  const inside = front.filter((point) => point.every((value, i) => value < reference[i]!))
  if (reference.length === 2) return strips(inside, reference)
  const plane = reference.slice(0, -1)
  const sorted = inside.toSorted((a, b) => a.at(-1)! - b.at(-1)!)
  const heights = [Number.NEGATIVE_INFINITY, ...sorted.map((point) => point.at(-1)!), reference.at(-1)!]
  return heights.slice(0, -1).flatMap((bottom, k) => {
    const top = heights[k + 1]!
    if (!(top > bottom)) return []
    const below = sorted.slice(0, k).map((point) => point.slice(0, -1))
    return strips(below, plane).map(({ lower, upper }) => ({
      lower: [...lower, bottom],
      upper: [...upper, top],
    }))
  })
}

/** Between a point and the next one only what is lower than the first of them is an improvement. */
function strips(points: readonly Values[], [right, top]: Values): Cell[] {
  const cells: Cell[] = []
  let [left, ceiling] = [Number.NEGATIVE_INFINITY, top!]
  for (const [x, y] of points.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)) {
    if (y! >= ceiling) continue
    if (x! > left) cells.push({ lower: [left, Number.NEGATIVE_INFINITY], upper: [x!, ceiling] })
    left = x!
    ceiling = y!
  }
  return [...cells, { lower: [left, Number.NEGATIVE_INFINITY], upper: [right!, ceiling] }]
}

/**
 * ln of the expected hypervolume improvement under independent processes, one an objective, by its closed form: a sum
 * over cells of products of expected lengths, each the difference of two expected improvements (Yang et al. 2019,
 * theorem 1), kept as logarithms throughout as Ament et al. do ("Unexpected improvements to expected improvement for
 * Bayesian optimization", NeurIPS 2023, section 4.2).
 */
export function logHypervolumeImprovement(
  processes: readonly GaussianProcess[],
  cells: readonly Cell[],
): Acquisition {
  const count = processes.length
  const terms = new Float64Array(cells.length)
  // Of each cell and objective: ln of the expected length, and its derivatives by mean and sigma.
  const logs = new Float64Array(cells.length * count)
  const slopes = new Float64Array(cells.length * count * 2)

  const evaluateAt = (means: readonly number[], sigmas: readonly number[], withSlopes: boolean) => {
    cells.forEach(({ lower, upper }, at) => {
      let volume = 0
      for (let k = 0; k < count; k++) {
        const length = expectedLength(lower[k]!, upper[k]!, means[k]!, sigmas[k]!, withSlopes)
        logs[at * count + k] = length.log
        slopes[2 * (at * count + k)] = length.byMean
        slopes[2 * (at * count + k) + 1] = length.bySigma
        volume += length.log
      }
      terms[at] = volume
    })
    const largest = terms.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    let total = 0
    for (const term of terms) total += Math.exp(term - largest)
    return { largest, total, value: largest + Math.log(total) }
  }

  return {
    evaluate: (points) => {
      const posteriors = processes.map((process) => process.posterior(points))
      return Float64Array.from(points, (_, c) => {
        const means = posteriors.map((posterior) => posterior.means[c]!)
        const sigmas = posteriors.map(({ variances }) => Math.sqrt(variances[c]!))
        return evaluateAt(means, sigmas, false).value
      })
    },
    evaluateWithGradients: (points) => {
      const posteriors = processes.map((process) => process.posteriorWithGradients(points))
      const byMeans = processes.map(() => new Float64Array(points.length))
      const byVariances = processes.map(() => new Float64Array(points.length))
      const values = Float64Array.from(points, (_, c) => {
        const means = posteriors.map((posterior) => posterior.means[c]!)
        const sigmas = posteriors.map(({ variances }) => Math.sqrt(variances[c]!))
        const { largest, total, value } = evaluateAt(means, sigmas, true)
        cells.forEach((_cell, at) => {
          const share = Math.exp(terms[at]! - largest) / total
          for (let k = 0; k < count; k++) {
            byMeans[k]![c]! += share * slopes[2 * (at * count + k)]!
            byVariances[k]![c]! += (share * slopes[2 * (at * count + k) + 1]!) / (2 * sigmas[k]!)
          }
        })
        return value
      })
      const parts = posteriors.map(({ gradients }, k) => gradients(byMeans[k]!, byVariances[k]!))
      return { values, gradients: parts.reduce((sum, part) => sum.map((value, i) => value + part[i]!)) }
    },
  }
}

/**
 * ln of E max(upper - max(y, lower), 0), y normal: ln of the difference of the expected improvements on both ends, and
 * the derivatives of that by the mean and the standard deviation.
 */
function expectedLength(
  lower: number,
  upper: number,
  mean: number,
  sigma: number,
  withSlopes: boolean,
): { log: number; byMean: number; bySigma: number } {
  const z = (upper - mean) / sigma
  const onUpper = logImprovement(z)
  const w = (lower - mean) / sigma
  const onLower = lower === Number.NEGATIVE_INFINITY ? lower : logImprovement(w)
  const difference = onUpper + log1mexp(Math.min(onLower - onUpper, -Number.EPSILON))
  const log = Math.log(sigma) + difference
  if (!withSlopes) return { log, byMean: 0, bySigma: 0 }
  // d sigma h(z) / d mean = -cdf(z), / d sigma = pdf(z).
  const cdfs = Math.exp(normalLogCdf(z) - log) - (lower === onLower ? 0 : Math.exp(normalLogCdf(w) - log))
  const pdfs = Math.exp(normalLogPdf(z) - log) - (lower === onLower ? 0 : Math.exp(normalLogPdf(w) - log))
  return { log, byMean: -cdfs, bySigma: pdfs }
}
