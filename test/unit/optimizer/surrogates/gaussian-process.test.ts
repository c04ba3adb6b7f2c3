import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { GaussianProcess } from '../../../../src/optimizer/surrogates/gaussian-process.ts'

// Recorded by scripts/golden/gaussian-process.py with NumPy, straight from the formulas.
const golden = JSON.parse(
  readFileSync(new URL('../../../golden/gaussian-process.json', import.meta.url), 'utf8'),
)
const rows: Float64Array[] = golden.rows.map((row: number[]) => Float64Array.from(row))
const hyperparameters = {
  lengthScales: Float64Array.from(golden.lengthScales as number[]),
  noise: golden.noise,
  signal: golden.signal,
}

function condition(values: number[], given = rows, noise = golden.noise) {
  const noises = new Float64Array(given.length).fill(noise)
  const valueSets = [Float64Array.from(values)]
  const categorical = [false, false, true]
  return GaussianProcess.condition({ rows: given, categorical, valueSets, noises }, hyperparameters)!
}

describe('GaussianProcess', () => {
  it('has the posterior of the textbook', () => {
    const process = condition(golden.values)
    expect(process.mean).toBeCloseTo(golden.mean, 12)
    golden.queries.forEach((query: number[], i: number) => {
      const cross = process.crossCovariance(Float64Array.from(query))
      expect(process.meanAt(cross, 0)).toBeCloseTo(golden.means[i], 12)
      expect(cross.variance).toBeCloseTo(golden.variances[i], 12)
    })
  })

  it('stays regular, and never below zero variance, with equal rows and no noise', () => {
    const process = condition([1, 1, 2], [rows[0]!, rows[0]!, rows[1]!], 0)
    const cross = process.crossCovariance(rows[0]!)
    expect(cross.variance).toBeGreaterThan(0)
    expect(process.meanAt(cross, 0)).toBeCloseTo(1, 3)
  })

  it('gives up on a covariance that is not a number', () => {
    expect(condition([1], [Float64Array.of(Number.NaN, 0, 0)], Number.NaN)).toBeUndefined()
  })
})
