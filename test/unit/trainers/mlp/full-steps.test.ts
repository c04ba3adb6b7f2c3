import { describe, expect, it } from 'vitest'
import { fullSteps } from '../../../../src/trainers/mlp/full-steps.ts'
import { choice, int, space } from '../../../support/spaces.ts'

describe('fullSteps', () => {
  const none = space([int('hiddenLayers', 1, 3)])

  it('are the epochs, or the runs of a trial that has several', () => {
    expect(fullSteps({}, none)).toBe(40)
    expect(fullSteps({ epochs: 7 }, none)).toBe(7)
    expect(fullSteps({ epochs: 7, folds: 5, repeats: 2 }, none)).toBe(10)
  })

  it('are those of the longest training where epochs are searched', () => {
    expect(fullSteps({}, space([int('epochs', 5, 30)]))).toBe(30)
    expect(fullSteps({}, space([choice('epochs', 10, 80, 20)]))).toBe(80)
    expect(fullSteps({}, space([{ name: 'epochs', type: 'ordinal', values: [3, 9] }]))).toBe(9)
    expect(fullSteps({}, space([choice('epochs', 'few', 'many')]))).toBe(1)
  })
})
