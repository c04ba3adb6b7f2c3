import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { GaussianProcess } from '../../../../src/optimizer/surrogates/gaussian-process.ts'
import { algebras } from '../../../support/algebras.ts'

// Recorded by scripts/golden/gaussian-process.py with NumPy, straight from the formulas.
const golden = JSON.parse(
  readFileSync(new URL('../../../golden/gaussian-process.json', import.meta.url), 'utf8'),
)
interface Posterior {
  readonly additiveShare: number
  readonly mean: number
  readonly means: readonly number[]
  readonly variances: readonly number[]
}
const rows: Float64Array[] = golden.rows.map((row: number[]) => Float64Array.from(row))
const hyperparameters = {
  lengthScales: Float64Array.from(golden.lengthScales as number[]),
  noise: golden.noise,
  signal: golden.signal,
  additiveShare: 0,
}

describe.each(algebras)('GaussianProcess, $name', (algebra) => {
  function condition(
    values: readonly number[],
    given = rows,
    { noise = golden.noise, base = undefined as GaussianProcess | undefined, additiveShare = 0 } = {},
  ) {
    const noises = new Float64Array(given.length).fill(noise)
    const valueSets = [Float64Array.from(values)]
    const categorical = [false, false, true]
    const data = { rows: given, categorical, valueSets, noises }
    return GaussianProcess.condition(data, { ...hyperparameters, additiveShare }, algebra, base)!
  }

  it.each<Posterior>(golden.posteriors)(
    'has the posterior of the textbook, additive by $additiveShare',
    (expected) => {
      const process = condition(golden.values, rows, expected)
      expect(process.mean).toBeCloseTo(expected.mean, 12)
      const queries = golden.queries.map((query: number[]) => Float64Array.from(query))
      const { means, variances } = process.posterior(queries)
      queries.forEach((_: Float64Array, i: number) => {
        expect(means[i]).toBeCloseTo(expected.means[i]!, 12)
        expect(variances[i]).toBeCloseTo(expected.variances[i]!, 12)
      })
    },
  )

  it('knows the mean over a group of points as well as all of them together', () => {
    const process = condition(golden.values, rows, { additiveShare: 0.9 })
    const queries: Float64Array[] = golden.queries.map((query: number[]) => Float64Array.from(query))
    const groups = [queries, queries.slice(0, 1), queries.slice(1)]
    const { means, variances } = process.averages(groups)
    const average = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
    groups.forEach((points, g) => {
      expect(means[g]).toBeCloseTo(average(process.means(points)), 12)
      expect(variances[g]).toBeCloseTo(average(process.jointCovariance(points)), 12)
    })
  })

  it('stays regular, and never below zero variance, with equal rows and no noise', () => {
    const process = condition([1, 1, 2], [rows[0]!, rows[0]!, rows[1]!], { noise: 0 })
    const { means, variances } = process.posterior([rows[0]!])
    expect(variances[0]).toBeGreaterThan(0)
    expect(means[0]).toBeCloseTo(1, 3)
  })

  it('gives up on a covariance that is not a number', () => {
    expect(condition([1], [Float64Array.of(Number.NaN, 0, 0)], { noise: Number.NaN })).toBeUndefined()
  })

  it.each([0, 1e-3])('is the same to the bit when extended by rows, noise %d', (noise) => {
    const random = Random.fromSeed(4)
    const many = Array.from({ length: 37 }, () =>
      Float64Array.of(random.uniform(), random.uniform(), random.int(2)),
    )
    // Without noise the equal rows need jitter: before the extension, or because of it.
    for (const twins of [[3, 4], [30, 36], []] as const) {
      const given = many.slice()
      if (twins.length > 0) given[twins[1]!] = given[twins[0]!]!
      const values = given.map(([a, b]) => Math.sin(5 * a!) + b!)
      const whole = condition(values, given, { noise })
      for (const first of [1, 5, 16, 32, 36, 37]) {
        const base = condition(values.slice(0, first), given.slice(0, first), { noise })
        const extended = condition(values, given, { noise, base })
        expect(extended.factor.jitter).toBe(whole.factor.jitter)
        expect(extended.weights).toEqual(whole.weights)
        expect(extended.posterior(many)).toEqual(whole.posterior(many))
        // Of which only the first rows are the same.
        const other = given.map((row, p) => (p < first ? row : Float64Array.of(0.1 * p, 0.5, 1)))
        const related = condition(values, given, { noise, base: condition(values, other, { noise }) })
        expect(related.factor.jitter).toBe(whole.factor.jitter)
        expect(related.posterior(many)).toEqual(whole.posterior(many))
      }
    }
  })
})
