import { choice, flag, float, int, type MlpSetting } from './mlp-setting.ts'

const ACTIVATIONS = [
  'relu',
  'leakyRelu',
  'elu',
  'gelu',
  'silu',
  'tanh',
  'sigmoid',
  'softplus',
  'identity',
] as const
const INITIALIZERS = ['matching', 'he', 'glorot', 'lecun', 'orthogonal'] as const
const NORMALIZATIONS = ['none', 'batch', 'layer'] as const
const LOSSES = [
  'auto',
  'crossEntropy',
  'binaryCrossEntropy',
  'meanSquaredError',
  'meanAbsoluteError',
  'huber',
] as const

/** The settings that say what is trained, and what it is trained for. */
export interface MlpNetworkSettings {
  readonly hiddenLayers: number
  readonly hiddenUnits: number
  readonly hiddenWidths: readonly number[] | string
  readonly activation: (typeof ACTIVATIONS)[number]
  readonly initializer: (typeof INITIALIZERS)[number]
  readonly normalization: (typeof NORMALIZATIONS)[number]
  readonly dropout: number
  readonly residual: boolean
  readonly loss: (typeof LOSSES)[number]
  readonly huberDelta: number
  readonly labelSmoothing: number
  readonly classWeights: 'none' | 'balanced' | readonly number[]
}

export const MLP_NETWORK_SETTINGS: Readonly<Record<keyof MlpNetworkSettings, MlpSetting>> = {
  hiddenLayers: int(0, 16, 2, 'Hidden layers; 0 is a linear model.'),
  hiddenUnits: int(1, 4096, 64, 'Units in each hidden layer.'),
  hiddenWidths: {
    type: 'widths',
    layersMax: 16,
    widthMax: 4096,
    default: [],
    description:
      'Units of each hidden layer, first to last, e.g. [64, 32]; searched as categorical with choices such as "64-32". Empty: hiddenLayers times hiddenUnits.',
  },
  activation: choice(
    ACTIVATIONS,
    'relu',
    'Activation of the hidden layers. leakyRelu has slope 0.01 below 0, elu alpha 1, gelu is the exact one.',
  ),
  initializer: choice(
    INITIALIZERS,
    'matching',
    'Random weights at the start: matching is he for the relu-like (relu, leakyRelu, elu, gelu, silu) and glorot for the others and the outputs. he, glorot and lecun are uniform; orthogonal takes long for layers of thousands of units.',
  ),
  normalization: choice(
    NORMALIZATIONS,
    'none',
    'Of each hidden layer, before its activation: batch over the rows of a batch (running means when it predicts; a batch of one row goes by those as well), layer over the units of a row.',
  ),
  dropout: float(0, 0.9, 0, 'Share of the outputs of each hidden layer that a training step leaves out.'),
  residual: flag(
    false,
    'Adds the output of a hidden layer to that of the next one, wherever the two are equally wide.',
  ),
  loss: choice(
    LOSSES,
    'auto',
    'What is minimized; auto is crossEntropy for classes and meanSquaredError for values. binaryCrossEntropy tells each class from the rest; huber is meanAbsoluteError with a rounded tip.',
  ),
  huberDelta: float(
    1e-3,
    100,
    1,
    'For loss huber: errors up to this count by their square, in deviations of the target.',
  ),
  labelSmoothing: float(
    0,
    0.9,
    0,
    "For classes: share of a row's certainty that is spread over all classes in training. Validation losses are without it.",
  ),
  classWeights: {
    type: 'weights',
    choices: ['none', 'balanced'],
    // Further apart a single row would say all of a batch.
    min: 1e-6,
    max: 1e6,
    default: 'none',
    description:
      'For classes: what rows of each count in training, a number from 0.000001 to 1000000 for each class in the order of their names; balanced gives each class the same weight in all. Validation losses are without it.',
  },
}
