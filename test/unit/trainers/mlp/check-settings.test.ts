import { describe, expect, it } from 'vitest'
import type { ParameterSpec } from '../../../../src/domain/search-space.ts'
import { checkFixedSettings, checkSearchedSettings } from '../../../../src/trainers/mlp/check-settings.ts'
import { aDefinition } from '../../../support/simulate.ts'

const searched = (parameter: ParameterSpec, settings = {}) =>
  checkSearchedSettings(
    aDefinition(
      { parameters: [parameter], constraints: [] },
      { trainer: { kind: 'mlp', dataset: 'iris', settings } },
    ),
  )

describe('checkFixedSettings', () => {
  it('accepts no settings, and legal ones', () => {
    expect(checkFixedSettings({})).toEqual([])
    expect(checkFixedSettings({ epochs: 5, activation: 'tanh', learningRate: 0.1, patience: 0 })).toEqual([])
    expect(checkFixedSettings({ folds: 5, testFraction: 0.8 })).toEqual([])
  })

  it.each([
    [{ epochs: 0 }, 'trainer.settings.epochs', 'a whole number from 1 to 10000, not 0'],
    [{ epochs: 2.5 }, 'trainer.settings.epochs', 'a whole number'],
    [{ learningRate: '0.1' }, 'trainer.settings.learningRate', 'must be a number from'],
    [{ learningRate: Number.NaN }, 'trainer.settings.learningRate', 'must be a number from'],
    [
      { activation: 'swish' },
      'trainer.settings.activation',
      'one of relu, leakyRelu, elu, gelu, silu, tanh, ',
    ],
    [{ dropouts: 0.1 }, 'trainer.settings.dropouts', 'has no setting dropouts; it has epochs, batchSize'],
    [{ dropout: 1 }, 'trainer.settings.dropout', 'a number from 0 to 0.9'],
    [
      { classWeights: [1, 1e300] },
      'trainer.settings.classWeights',
      'none, balanced, or numbers from 0.000001 to 1000000, not [1,1e+300]',
    ],
    [{ residual: 1 }, 'trainer.settings.residual', 'must be true or false, not 1'],
    [{ hiddenWidths: [64, 0] }, 'trainer.settings.hiddenWidths', 'widths from 1 to 4096, such as [64, 32]'],
    [{ hiddenWidths: '64,32' }, 'trainer.settings.hiddenWidths', 'not "64,32"'],
    [{ hiddenWidths: [8], hiddenUnits: 8 }, 'trainer.settings.hiddenUnits', 'no effect beside hiddenWidths'],
    [{ optimizer: 'adamw' }, 'trainer.settings.optimizer', 'one of sgd, nesterov, adagrad, rmsprop, adam, '],
    [{ schedule: 'linear' }, 'trainer.settings.schedule', 'cosineRestarts, oneCycle, plateau, not "linear"'],
    [{ averaging: 1 }, 'trainer.settings.averaging', 'a number from 0 to 0.99999'],
    [{ warmupEpochs: 1.5 }, 'trainer.settings.warmupEpochs', 'a whole number from 0'],
    [{ weightDecay: -0.1 }, 'trainer.settings.weightDecay', 'a number from 0 to 10'],
    [{ validationFraction: 0.5, testFraction: 0.5 }, 'trainer.settings.validationFraction', 'at most 0.9'],
  ])('refuses %j at its place and says what is legal', (settings, path, message) => {
    expect(checkFixedSettings(settings)).toEqual([{ path, message: expect.stringContaining(message) }])
  })
})

describe('checkSearchedSettings', () => {
  it.each<ParameterSpec>([
    { name: 'learningRate', type: 'float', min: 1e-5, max: 1, scale: 'log' },
    { name: 'hiddenUnits', type: 'int', min: 1, max: 4096, scale: 'log', step: 1 },
    { name: 'batchSize', type: 'ordinal', values: [16, 32] },
    { name: 'hiddenLayers', type: 'categorical', choices: [0, 2] },
    { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam'] },
    { name: 'schedule', type: 'categorical', choices: ['oneCycle', 'plateau'] },
    { name: 'weightDecay', type: 'float', min: 1e-6, max: 1, scale: 'log' },
    { name: 'hiddenWidths', type: 'categorical', choices: ['64', '64-32', '32-32-16'] },
    { name: 'residual', type: 'categorical', choices: [false, true] },
    { name: 'dropout', type: 'float', min: 0, max: 0.5, scale: 'linear' },
    { name: 'normalization', type: 'categorical', choices: ['none', 'batch', 'layer'] },
    { name: 'warmupEpochs', type: 'int', min: 0, max: 5, scale: 'linear', step: 1 },
  ])('accepts $name as $type', (parameter) => {
    expect(searched(parameter)).toEqual([])
  })

  it.each<[ParameterSpec, string, string]>([
    [{ name: 'lr', type: 'float', min: 0, max: 1, scale: 'linear' }, 'name', 'no setting lr'],
    [{ name: 'hiddenUnits', type: 'float', min: 1, max: 9, scale: 'linear' }, 'type', 'use type int'],
    [{ name: 'optimizer', type: 'float', min: 0, max: 1, scale: 'linear' }, 'type', 'use type categorical'],
    [{ name: 'hiddenUnits', type: 'int', min: 1, max: 5000, scale: 'linear', step: 1 }, 'max', 'not 5000'],
    [{ name: 'batchSize', type: 'ordinal', values: [16, 32.5] }, 'values[1]', 'a whole number'],
    [{ name: 'activation', type: 'categorical', choices: ['relu', 'swish'] }, 'choices[1]', 'one of relu'],
    [
      { name: 'hiddenWidths', type: 'categorical', choices: ['64', '64-x'] },
      'choices[1]',
      'must name at most',
    ],
    [{ name: 'residual', type: 'float', min: 0, max: 1, scale: 'linear' }, 'type', 'use type categorical'],
    [{ name: 'folds', type: 'int', min: 1, max: 5, scale: 'linear', step: 1 }, 'name', 'set it in'],
    [{ name: 'testFraction', type: 'float', min: 0.1, max: 0.2, scale: 'linear' }, 'name', 'set it in'],
  ])('refuses %j', (parameter, where, message) => {
    expect(searched(parameter)).toEqual([
      { path: `searchSpace.parameters[0].${where}`, message: expect.stringContaining(message) },
    ])
  })

  it('refuses a setting that is both searched and fixed', () => {
    const parameter = { name: 'batchSize', type: 'ordinal', values: [16, 32] } as const

    expect(searched(parameter, { batchSize: 16 })[0]?.message).toContain('remove it there or here')
  })
})
