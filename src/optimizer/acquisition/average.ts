import type { Acquisition } from './acquisition.ts'

/**
 * The logarithm of the mean of what several models expect, given the logarithm of what each does: the expectation
 * under all of them, each as likely (Snoek, Larochelle and Adams, NeurIPS 2012, section 3.2).
 */
export function averageAcquisitions(acquisitions: readonly Acquisition[]): Acquisition {
  const [only] = acquisitions
  if (only && acquisitions.length === 1) return only
  return {
    evaluate: (points) => {
      const all = acquisitions.map((acquisition) => acquisition.evaluate(points))
      return Float64Array.from(points, (_, c) => logMean(all, c))
    },
    evaluateWithGradients: (points) => {
      const parts = acquisitions.map((acquisition) => acquisition.evaluateWithGradients(points))
      const all = parts.map(({ values }) => values)
      const values = Float64Array.from(points, (_, c) => logMean(all, c))
      const gradients = new Float64Array(parts[0]!.gradients.length)
      const d = gradients.length / points.length
      for (const part of parts) {
        for (let c = 0, at = 0; c < points.length; c++) {
          const share = Math.exp(part.values[c]! - values[c]!) / parts.length
          for (const end = at + d; at < end; at++) gradients[at]! += share * part.gradients[at]!
        }
      }
      return { values, gradients }
    },
  }
}

function logMean(lists: readonly Float64Array[], c: number): number {
  let largest = Number.NEGATIVE_INFINITY
  for (const list of lists) largest = Math.max(largest, list[c]!)
  // Nothing to expect anywhere: no difference to be taken.
  if (largest === Number.NEGATIVE_INFINITY) return largest
  let total = 0
  for (const list of lists) total += Math.exp(list[c]! - largest)
  return largest + Math.log(total / lists.length)
}
