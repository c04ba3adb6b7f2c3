import type { Acquisition } from './acquisition.ts'

/** The sum of acquisitions that are logarithms: of a product. */
export function sumOf(terms: readonly Acquisition[]): Acquisition {
  const [only] = terms
  if (only && terms.length === 1) return only
  const add = (parts: readonly Float64Array[]) =>
    parts.reduce((sum, part) => sum.map((value, i) => value + part[i]!))
  return {
    evaluate: (points) => add(terms.map((term) => term.evaluate(points))),
    evaluateWithGradients: (points) => {
      const parts = terms.map((term) => term.evaluateWithGradients(points))
      return {
        values: add(parts.map(({ values }) => values)),
        gradients: add(parts.map(({ gradients }) => gradients)),
      }
    },
  }
}
