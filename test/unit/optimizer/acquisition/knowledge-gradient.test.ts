import { describe, expect, it } from 'vitest'
import { normalCdf, normalPdf } from '../../../../src/math/normal.ts'
import { Random } from '../../../../src/math/random.ts'
import {
  expectedDecrease,
  knowledgeGradients,
} from '../../../../src/optimizer/acquisition/knowledge-gradient.ts'

/** By the trapezoidal rule. */
function integrated(a: readonly number[], b: readonly number[]): number {
  const [from, to, steps] = [-8, 8, 2_000]
  const width = (to - from) / steps
  let sum = 0
  for (let k = 0; k <= steps; k++) {
    const z = from + k * width
    sum += normalPdf(z) * Math.min(...a.map((at, j) => at + b[j]! * z)) * width
  }
  return Math.min(...a) - sum
}

describe('expectedDecrease', () => {
  it('is what the integral over the lowest of all lines comes to', () => {
    const random = Random.fromSeed(3)
    for (let repeat = 0; repeat < 50; repeat++) {
      const a = Array.from({ length: 1 + random.int(8) }, () => random.normal())
      // Of equal slopes too, some of them 0.
      const b = a.map(() => (random.uniform() < 0.3 ? 0 : random.normal()))
      expect(expectedDecrease(a, b)).toBeCloseTo(integrated(a, b), 4)
    }
  })

  it('is nothing where all move alike', () => {
    expect(expectedDecrease([0, 1, 0.5], [2, 2, 2])).toBe(0)
    expect(expectedDecrease([1], [3])).toBe(0)
  })
})

describe('knowledgeGradients', () => {
  const independent = (means: number[], variances: number[]) => ({
    means: Float64Array.from(means),
    covariance: Float64Array.from({ length: means.length ** 2 }, (_, k) =>
      k % (means.length + 1) === 0 ? variances[k / (means.length + 1)]! : 0,
    ),
  })

  it('of two points that know nothing of each other are the expected improvement by what a run moves the mean', () => {
    const [gain] = knowledgeGradients(independent([0, 0.5], [0.36, 0.09]), 0.64)
    // A run of variance 0.36 + 0.64 moves the mean by 0.36 z.
    const z = -0.5 / 0.36
    expect(gain).toBeCloseTo(0.36 * (normalPdf(z) + z * normalCdf(z)), 12)
  })

  it('prefer the point that is less known, and of equally known ones the one that may be the best', () => {
    const [best, known, unknown, hopeless] = knowledgeGradients(
      independent([0, 0.1, 0.1, 2], [0.01, 0.01, 0.2, 0.2]),
      0.3,
    )
    expect(unknown!).toBeGreaterThan(Math.max(best!, known!))
    expect(hopeless!).toBeLessThan(1e-3 * unknown!)
  })

  it('are nothing where all is known', () => {
    expect([...knowledgeGradients(independent([0, 1], [0, 0]), 0)]).toEqual([0, 0])
  })
})
