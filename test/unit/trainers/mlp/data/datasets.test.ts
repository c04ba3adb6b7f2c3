import { describe, expect, it } from 'vitest'
import { DATASET_NAMES, findDataset } from '../../../../../src/trainers/mlp/data/datasets.ts'

// Rows, features, classes (0: none), targets as the sources document them; see datasets/README.md.
const SHAPES: Record<string, [rows: number, features: number, classes: number, targets: number]> = {
  iris: [150, 4, 3, 1],
  wine: [178, 13, 3, 1],
  'breast-cancer': [569, 30, 2, 1],
  digits: [1797, 64, 10, 1],
  diabetes: [442, 10, 0, 1],
  xor: [400, 2, 2, 1],
  'two-moons': [600, 2, 2, 1],
  spirals: [800, 2, 2, 1],
  'robot-arm': [600, 2, 0, 2],
  discs: [600, 2, 0, 3],
}

describe('the built-in data sets', () => {
  it('are exactly those documented', () => {
    expect([...DATASET_NAMES].sort()).toEqual(Object.keys(SHAPES).sort())
  })

  it.each(Object.entries(SHAPES))('%s has its documented shape and only finite numbers', (name, shape) => {
    const dataset = findDataset(name)!

    const { rows, featureNames, classes, targetNames } = dataset
    expect([rows, featureNames.length, classes.length, targetNames.length]).toEqual(shape)
    expect(dataset.features).toHaveLength(shape[0] * shape[1])
    expect(dataset.targets).toHaveLength(shape[0] * shape[3])
    expect([...dataset.features, ...dataset.targets].every(Number.isFinite)).toBe(true)
    if (shape[2] > 0) expect(new Set(dataset.targets).size).toBe(shape[2])
  })

  it('knows no other name, inherited ones included', () => {
    expect(findDataset('mnist')).toBeUndefined()
    expect(findDataset('toString')).toBeUndefined()
  })

  it('keeps the first row of iris and the last of diabetes as published', () => {
    const iris = findDataset('iris')!
    const diabetes = findDataset('diabetes')!

    expect([...iris.features.subarray(0, 4)]).toEqual([5.1, 3.5, 1.4, 0.2])
    expect(iris.classes[iris.targets[0]!]).toBe('setosa')
    expect(diabetes.targets[441]).toBe(57)
  })
})
