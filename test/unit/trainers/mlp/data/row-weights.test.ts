import { describe, expect, it } from 'vitest'
import { findDataset } from '../../../../../src/trainers/mlp/data/datasets.ts'
import { rowWeights } from '../../../../../src/trainers/mlp/data/row-weights.ts'

const [iris, diabetes] = [findDataset('iris')!, findDataset('diabetes')!]
const THREE_CLASSES = {
  task: 'classification',
  targets: Float64Array.of(0, 0, 0, 2, 1),
  classes: ['a', 'b', 'c'],
} as const

describe('rowWeights', () => {
  it('lets each class that occurs weigh the same', () => {
    // Row 4, of class b, is not among them.
    expect([...rowWeights(THREE_CLASSES, [0, 1, 2, 3], 'balanced')!]).toEqual(
      [4 / 6, 4 / 6, 4 / 6, 2].map(Math.fround),
    )
  })

  it('takes a weight a class', () => {
    expect([...rowWeights(iris, [0, 50, 149], [1, 2, 3])!]).toEqual([1, 2, 3])
  })

  it('has nothing to weigh where there are values, or all count the same', () => {
    expect(rowWeights(diabetes, [0, 1], 'balanced')).toBeUndefined()
    expect(rowWeights(iris, [0, 1], 'none')).toBeUndefined()
  })

  it('lets a row count by its own weight and its class', () => {
    const weights = Float64Array.of(1, 0, 3, 2, 5)

    expect([...rowWeights({ ...diabetes, weights }, [2, 1], 'none')!]).toEqual([3, 0])
    expect([...rowWeights({ ...THREE_CLASSES, weights }, [2, 3], [2, 1, 10])!]).toEqual([6, 20])
  })

  it('balances classes by what their rows count, and leaves out one whose rows count nothing', () => {
    const weights = Float64Array.of(1, 0, 2, 1, 0)

    const balanced = [...rowWeights({ ...THREE_CLASSES, weights }, [0, 1, 2, 3, 4], 'balanced')!]

    // Two classes of 4 / 2 each.
    expect(balanced).toEqual([2 / 3, 0, 4 / 3, 2, 0].map(Math.fround))
  })
})
