import type { MlpSetting } from './mlp-setting.ts'
import { MLP_UPDATE_SETTINGS, type MlpUpdateSettings } from './mlp-update-settings.ts'

/**
 * Every setting of the `mlp` trainer: its legal values, its default and what it means. A parameter of a search
 * space with one of these names searches that setting; what is not searched comes from `trainer.settings`, or
 * from the default here.
 */
export interface MlpSettings extends MlpUpdateSettings {
  readonly epochs: number
  readonly batchSize: number
  readonly hiddenLayers: number
  readonly hiddenUnits: number
  readonly activation: 'relu' | 'tanh' | 'sigmoid' | 'identity'
  readonly patience: number
  readonly validationFraction: number
  readonly testFraction: number
  readonly splitSeed: number
}

export type { MlpSetting }

export const MLP_SETTINGS: Readonly<Record<keyof MlpSettings, MlpSetting>> = {
  epochs: { type: 'int', min: 1, max: 10_000, default: 40, description: 'Passes over the training rows.' },
  batchSize: { type: 'int', min: 1, max: 65_536, default: 32, description: 'Rows a gradient step.' },
  hiddenLayers: {
    type: 'int',
    min: 0,
    max: 16,
    default: 2,
    description: 'Hidden layers; 0 is a linear model.',
  },
  hiddenUnits: { type: 'int', min: 1, max: 4096, default: 64, description: 'Units in each hidden layer.' },
  activation: {
    type: 'choice',
    choices: ['relu', 'tanh', 'sigmoid', 'identity'],
    default: 'relu',
    description: 'Activation of the hidden layers.',
  },
  ...MLP_UPDATE_SETTINGS,
  patience: {
    type: 'int',
    min: 0,
    max: 10_000,
    default: 10,
    description: 'Epochs without a better validation loss before stopping early; 0 never stops early.',
  },
  validationFraction: {
    type: 'float',
    min: 0.01,
    max: 0.8,
    default: 0.15,
    description: 'Rows that judge a trial.',
  },
  testFraction: {
    type: 'float',
    min: 0.01,
    max: 0.8,
    default: 0.15,
    description: 'Rows no trial ever sees.',
  },
  splitSeed: {
    type: 'int',
    min: 0,
    max: 4_294_967_295,
    default: 0,
    description: 'Which rows are in which part.',
  },
}

export const MLP_DEFAULTS: MlpSettings = Object.fromEntries(
  Object.entries(MLP_SETTINGS).map(([name, setting]) => [name, setting.default]),
) as unknown as MlpSettings
