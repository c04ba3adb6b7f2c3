import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { FitObjective, fitFromSeveral, refineFit } from '../../../../src/optimizer/surrogates/fit.ts'
import { additiveShares, likelyModels } from '../../../../src/optimizer/surrogates/likely-models.ts'
import { algebras } from '../../../support/algebras.ts'

type Row = readonly [number, number, number]
const random = Random.fromSeed(11)
const rows = Array.from({ length: 40 }, () => Float64Array.from({ length: 3 }, () => random.uniform()))

describe.each(algebras)('likelyModels, $name', (algebra) => {
  const modelsOf = (f: (row: Row) => number) => {
    const values = Float64Array.from(rows, (row) => f([...row] as unknown as Row))
    const data = { rows, values, noises: new Float64Array(rows.length), categorical: [false, false, false] }
    const modes = additiveShares(3).map((share) => {
      const objective = new FitObjective(data, share, algebra)
      return refineFit(objective, fitFromSeveral(objective))
    })
    return likelyModels(modes, 5, Random.fromSeed(1))
  }

  it('believes in a sum where the values are one', () => {
    const models = modelsOf(([a, b, c]) => Math.sin(9 * a) + Math.cos(8 * b) + Math.sin(7 * c))
    expect(models).toHaveLength(5)
    for (const { additiveShare } of models) expect(additiveShare).toBeGreaterThan(0.5)
    expect(new Set(models.map(({ lengthScales }) => lengthScales[0])).size).toBe(5)
  })

  it('and in none where the parameters act on one another', () => {
    for (const { additiveShare } of modelsOf(([a, b, c]) => 2 * Math.sin(6 * (a - b)) * Math.cos(3 * c))) {
      expect(additiveShare).toBe(0)
    }
  })
})

it('one dimension has no sum to choose, and of very many it would cost too much', () => {
  expect(additiveShares(1)).toEqual([0])
  expect(additiveShares(10)).toHaveLength(2)
  expect(additiveShares(11)).toEqual([0])
})
