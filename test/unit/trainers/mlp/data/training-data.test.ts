import { describe, expect, it } from 'vitest'
import { TrainingFailed } from '../../../../../src/services/ports/trainer.ts'
import { findDataset } from '../../../../../src/trainers/mlp/data/datasets.ts'
import { splitRows } from '../../../../../src/trainers/mlp/data/split.ts'
import { trainingData } from '../../../../../src/trainers/mlp/data/training-data.ts'

const settings = {
  validationFraction: 0.2,
  testFraction: 0.2,
  splitSeed: 0,
  classWeights: 'none',
  sampleWeights: '',
} as const

describe('the rows of a training', () => {
  it('are refused where a value to predict is beyond all that they tell of', () => {
    const diabetes = findDataset('diabetes')!
    const [outlier] = splitRows(diabetes, settings).validation
    const targets = Float64Array.from(diabetes.targets, (_, row) => (row === outlier ? 1e60 : 0))
    const dataset = { ...diabetes, name: 'one-outlier', targets }

    const fold = () => trainingData(dataset, settings, { index: 0, count: 1 })

    expect(fold).toThrow(TrainingFailed)
    expect(fold).toThrow('try another splitSeed')
  })
})
