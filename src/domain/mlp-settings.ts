/**
 * Every setting of the `mlp` trainer: its legal values, its default and what it means. A parameter of a search
 * space with one of these names searches that setting; what is not searched comes from `trainer.settings`, or
 * from the default here.
 */
export interface MlpSettings {
  readonly epochs: number
  readonly batchSize: number
  readonly hiddenLayers: number
  readonly hiddenUnits: number
  readonly activation: 'relu' | 'tanh' | 'sigmoid' | 'identity'
  readonly optimizer: 'sgd' | 'adam'
  readonly learningRate: number
  readonly momentum: number
  readonly schedule: 'constant' | 'step' | 'cosine'
  readonly stepEpochs: number
  readonly stepFactor: number
  readonly patience: number
  readonly validationFraction: number
  readonly testFraction: number
  readonly splitSeed: number
}

interface NumberSetting {
  readonly type: 'int' | 'float'
  readonly min: number
  readonly max: number
  readonly default: number
  readonly description: string
}
interface ChoiceSetting {
  readonly type: 'choice'
  readonly choices: readonly string[]
  readonly default: string
  readonly description: string
}
export type MlpSetting = NumberSetting | ChoiceSetting

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
  optimizer: {
    type: 'choice',
    choices: ['sgd', 'adam'],
    default: 'adam',
    description: 'Weight update rule.',
  },
  learningRate: { type: 'float', min: 1e-8, max: 100, default: 1e-3, description: 'Step size at the start.' },
  momentum: {
    type: 'float',
    min: 0,
    max: 0.9999,
    default: 0.9,
    description: 'For sgd; 0 is plain gradient descent.',
  },
  schedule: {
    type: 'choice',
    choices: ['constant', 'step', 'cosine'],
    default: 'cosine',
    description: 'How the learning rate falls over the epochs.',
  },
  stepEpochs: {
    type: 'int',
    min: 1,
    max: 10_000,
    default: 10,
    description: 'For schedule step: epochs between drops.',
  },
  stepFactor: {
    type: 'float',
    min: 1e-6,
    max: 1,
    default: 0.3,
    description: 'For schedule step: factor of a drop.',
  },
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
