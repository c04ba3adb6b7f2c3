import { describe, expect, it } from 'vitest'
import { DATASET_NAMES, findDataset } from '../../../../../src/trainers/mlp/data/datasets.ts'
import { foldRows, splitRows } from '../../../../../src/trainers/mlp/data/split.ts'

const settings = { validationFraction: 0.2, testFraction: 0.2, splitSeed: 0 }

describe.each(DATASET_NAMES)('the split of %s', (name) => {
  const dataset = findDataset(name)!
  const split = splitRows(dataset, settings)

  it('puts every row into exactly one part', () => {
    const rows = [...split.training, ...split.validation, ...split.test].sort((a, b) => a - b)

    expect(rows).toEqual(Array.from({ length: dataset.rows }, (_, row) => row))
  })

  it('gives each part its fraction', () => {
    expect(split.test).toHaveLength(Math.round(dataset.rows * 0.2))
    expect(split.validation).toHaveLength(Math.round(dataset.rows * 0.2))
  })

  it('holds each class in proportion', () => {
    for (const part of Object.values(split)) {
      dataset.classes.forEach((_, label) => {
        const expected = (part.length * count(dataset.targets, label)) / dataset.rows
        const actual = part.filter((row: number) => dataset.targets[row] === label).length
        // The stretch of a class's keys in a part is off by less than one row at each of its two ends.
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(3)
      })
    }
  })
})

describe('splitRows', () => {
  const dataset = findDataset('digits')!

  it('folds what a large test part leaves, whatever the validation fraction is', () => {
    const large = { ...settings, validationFraction: 0.8, testFraction: 0.8 }
    const { training, validation, test } = foldRows(dataset, large, { index: 1, count: 4 })

    expect([...training, ...validation, ...test].sort((a, b) => a - b)).toEqual(
      Array.from({ length: dataset.rows }, (_, row) => row),
    )
    expect(Math.min(training.length / 3, validation.length)).toBeGreaterThan(0.04 * dataset.rows)
  })

  it('leaves a row to train on, however the fractions round', () => {
    const few = { ...dataset, rows: 10, targets: dataset.targets.slice(0, 10) }
    const { training, validation, test } = splitRows(few, {
      ...settings,
      validationFraction: 0.45,
      testFraction: 0.45,
    })

    expect([training.length, validation.length, test.length]).toEqual([1, 4, 5])
  })

  it('keeps the test rows whatever the validation fraction is', () => {
    const other = splitRows(dataset, { ...settings, validationFraction: 0.4 })

    expect(other.test).toEqual(splitRows(dataset, settings).test)
  })

  it('is the same for the same seed and another for another', () => {
    expect(splitRows(dataset, settings)).toEqual(splitRows(dataset, settings))
    expect(splitRows(dataset, { ...settings, splitSeed: 1 }).test).not.toEqual(
      splitRows(dataset, settings).test,
    )
  })
})

function count(targets: Float64Array, label: number): number {
  return targets.filter((target) => target === label).length
}

describe('foldRows', () => {
  const dataset = findDataset('wine')!
  const folds = [0, 1, 2, 3].map((index) => foldRows(dataset, settings, { index, count: 4 }))
  const sorted = (rows: readonly number[]) => [...rows].sort((a, b) => a - b)

  it('lets every row but the test rows validate once', () => {
    const { training, validation, test } = splitRows(dataset, settings)

    expect(sorted(folds.flatMap((fold) => fold.validation))).toEqual(sorted([...training, ...validation]))
    for (const fold of folds) {
      expect(fold.test).toEqual(test)
      expect(sorted([...fold.training, ...fold.validation, ...test])).toHaveLength(dataset.rows)
    }
  })

  it('makes folds of one size, give or take a row, each class in proportion', () => {
    const sizes = folds.map(({ validation }) => validation.length)

    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    for (const { validation } of folds) {
      for (const label of [0, 1, 2]) {
        const expected = (validation.length * count(dataset.targets, label)) / dataset.rows
        const actual = validation.filter((row) => dataset.targets[row] === label).length
        expect(Math.abs(actual - expected)).toBeLessThanOrEqual(3)
      }
    }
  })

  it('is the split itself for one fold', () => {
    expect(foldRows(dataset, settings, { index: 0, count: 1 })).toEqual(splitRows(dataset, settings))
  })
})
