import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as normal from '../../../src/math/normal.ts'

// Recorded by scripts/golden/normal.py with mpmath at 60 digits.
const golden = JSON.parse(readFileSync(new URL('../../golden/normal.json', import.meta.url), 'utf8'))

const cases: [string, (x: number) => number, [number, number][], number][] = [
  ['erfc', normal.erfc, golden.erfc, 2e-14],
  ['erfcx', normal.erfcx, golden.erfcx, 2e-15],
  ['pdf', normal.normalPdf, golden.pdf, 1e-13],
  ['log cdf', normal.normalLogCdf, golden.logCdf, 1e-13],
  ['quantile', normal.normalQuantile, golden.quantile, 1e-13],
  ['log h', normal.logImprovement, golden.logImprovement, 1e-11],
]

describe.each(cases)('%s', (_name, f, table, tolerance) => {
  it.each(table)('at %d agrees with 60 digits', (x, expected) => {
    expect(Math.abs(f(x) - expected)).toBeLessThanOrEqual(tolerance * Math.max(Math.abs(expected), 1e-300))
  })
})

describe('the normal distribution', () => {
  it('inverts its own cdf', () => {
    for (const p of [1e-12, 0.01, 0.4, 0.77])
      expect(normal.normalCdf(normal.normalQuantile(p))).toBeCloseTo(p, 13)
  })

  it('maps the ends of [0, 1] to infinity and what lies outside to NaN', () => {
    expect([0, 1, -1, 2].map(normal.normalQuantile)).toEqual([-Infinity, Infinity, NaN, NaN])
  })

  it('has log h without a step where its branches meet', () => {
    for (const z of [-1, -1e6]) {
      const [left, right] = [normal.logImprovement(z - 1e-9 * -z), normal.logImprovement(z + 1e-9 * -z)]
      expect(Math.abs(left - right) / Math.abs(left)).toBeLessThan(1e-8)
    }
  })
})
