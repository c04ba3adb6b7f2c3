import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Metric } from '../../../../src/domain/metric.ts'
import type { ParameterSpec } from '../../../../src/domain/search-space.ts'
import { packagePath } from '../../../../src/package-path.ts'
import { checkMetrics, checkSearchedTask, checkTask } from '../../../../src/trainers/mlp/check-task.ts'
import { findDataset } from '../../../../src/trainers/mlp/data/datasets.ts'
import { METRICS } from '../../../../src/trainers/mlp/metrics.ts'
import { aDefinition } from '../../../support/simulate.ts'

const [iris, diabetes] = [findDataset('iris')!, findDataset('diabetes')!]
const definition = (
  parameters: ParameterSpec[],
  metric: Metric = { name: 'validationLoss', goal: 'minimize' },
) => aDefinition({ parameters, constraints: [] }, { metrics: [metric] })

describe('checkTask', () => {
  it('takes the losses of the task', () => {
    expect(checkTask(iris, {})).toEqual([])
    expect(checkTask(iris, { loss: 'binaryCrossEntropy', folds: 20 })).toEqual([])
    expect(checkTask(diabetes, { loss: 'huber' })).toEqual([])
  })

  it('refuses those of the other task, and says which there are', () => {
    expect(checkTask(iris, { loss: 'huber' })).toEqual([
      {
        path: 'trainer.settings.loss',
        message:
          "loss must be one of auto, crossEntropy, binaryCrossEntropy for this data set's classification, not huber",
      },
    ])
  })

  it('takes a weight a class, and names the classes where it is another number of them', () => {
    expect(checkTask(iris, { classWeights: [1, 2, 0.5] })).toEqual([])
    expect(checkTask(iris, { classWeights: [1, 2] })[0]!.message).toContain(
      'each of setosa, versicolor, virginica',
    )
    for (const classWeights of [[1], 'balanced'] as const) {
      expect(checkTask(diabetes, { classWeights })[0]!.message).toContain('no classes to weigh')
    }
    expect(checkTask(diabetes, { classWeights: 'none' })).toEqual([])
  })

  it('refuses more folds than rows', () => {
    const tiny = { ...iris, rows: 12 }

    expect(checkTask(tiny, { folds: 20, testFraction: 0.25 })).toEqual([
      { path: 'trainer.settings.folds', message: expect.stringContaining('at most 9') },
    ])
  })
})

describe('checkSearchedTask', () => {
  const losses: ParameterSpec = { name: 'loss', type: 'categorical', choices: ['meanSquaredError', 'huber'] }

  it('takes a searched loss where trials are compared by something else', () => {
    expect(
      checkSearchedTask(diabetes, definition([losses], { name: 'validationRmse', goal: 'minimize' })),
    ).toEqual([])
  })

  it('refuses to compare losses of different kinds', () => {
    expect(checkSearchedTask(diabetes, definition([losses]))).toEqual([
      {
        path: 'searchSpace.parameters[0].name',
        message: expect.stringContaining('no validationLoss that can be compared'),
      },
    ])
  })

  it('refuses a searched loss of the other task at its place', () => {
    const faults = checkSearchedTask(
      iris,
      definition([losses], { name: 'validationAccuracy', goal: 'maximize' }),
    )

    expect(faults.map(({ path }) => path)).toEqual([
      'searchSpace.parameters[0].choices[0]',
      'searchSpace.parameters[0].choices[1]',
    ])
  })

  it('lets smoothing be searched by validation loss, which is without it, but not by training loss', () => {
    const smoothing: ParameterSpec = {
      name: 'labelSmoothing',
      type: 'float',
      min: 0,
      max: 0.2,
      scale: 'linear',
    }

    expect(checkSearchedTask(iris, definition([smoothing]))).toEqual([])
    expect(
      checkSearchedTask(iris, definition([smoothing], { name: 'trainingLoss', goal: 'minimize' })),
    ).toHaveLength(1)
  })
})

describe('checkMetrics', () => {
  it.each([
    ['validationRocAuc', 'maximize'],
    ['validationMacroF1', 'maximize'],
    ['validationBalancedAccuracy', 'maximize'],
    ['validationLogLoss', 'minimize'],
    ['predictionFlops', 'minimize'],
    ['trainingSeconds', 'minimize'],
  ] as const)('takes %s to %s, and not the other way', (name, goal) => {
    const other = goal === 'maximize' ? 'minimize' : 'maximize'

    expect(checkMetrics(iris, definition([], { name, goal }))).toEqual([])
    expect(checkMetrics(iris, definition([], { name, goal: other }))).toEqual([
      { path: 'metrics[0].goal', message: `${name} is to ${goal}` },
    ])
  })

  it('refuses the metric of the other task', () => {
    expect(
      checkMetrics(diabetes, definition([], { name: 'validationRocAuc', goal: 'maximize' }))[0]!.message,
    ).toContain('use one of validationLoss, validationRmse, validationMse, validationMae, validationR2')
  })
})

describe('the table in the README', () => {
  it('names every metric', () => {
    const readme = readFileSync(packagePath('README.md'), 'utf8')
    for (const name of Object.values(METRICS).flat()) expect(readme).toContain(`\`${name}\``)
  })
})
