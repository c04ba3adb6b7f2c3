import { normalCdf, normalPdf } from '../../math/normal.ts'
import type { Beliefs } from '../surrogates/tried-values.ts'

/**
 * For each of several points, by how much one more run of it is expected to lower the lowest mean of them all: what may
 * be named the best afterwards is better than what is now (Frazier, Powell and Dayanik, "The knowledge-gradient policy for
 * correlated normal beliefs", INFORMS Journal on Computing 21, 2009).
 *
 * @param runNoise variance of a run around what its point comes to in the mean.
 */
export function knowledgeGradients({ means, covariance }: Beliefs, runNoise: number): Float64Array {
  const m = means.length
  return means.map((_, c) => {
    const deviation = Math.sqrt(covariance[c * m + c]! + runNoise)
    if (!(deviation > 0)) return 0
    return expectedDecrease(
      means,
      means.map((_, j) => covariance[j * m + c]! / deviation),
    )
  })
}

/**
 * min_j a_j - E min_j (a_j + b_j Z), Z being standard normal: the lower envelope of the lines bends where one takes over
 * from another (algorithm 1 there).
 */
export function expectedDecrease(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const bySlope = Array.from(a, (_, j) => j).sort((i, j) => b[j]! - b[i]! || a[i]! - a[j]!)
  // Lines of the envelope from the left to the right, and where each begins.
  const lines: number[] = []
  const starts: number[] = []
  for (const line of bySlope) {
    const last = lines.at(-1)
    if (last !== undefined && b[last] === b[line]) continue
    let start = Number.NEGATIVE_INFINITY
    while (lines.length > 0) {
      const before = lines.at(-1)!
      start = (a[line]! - a[before]!) / (b[before]! - b[line]!)
      if (start > starts.at(-1)!) break
      lines.pop()
      starts.pop()
    }
    starts.push(lines.length > 0 ? start : Number.NEGATIVE_INFINITY)
    lines.push(line)
  }
  return lines.slice(1).reduce((sum, line, k) => {
    const z = -Math.abs(starts[k + 1]!)
    return sum + (b[lines[k]!]! - b[line]!) * (normalPdf(z) + z * normalCdf(z))
  }, 0)
}
