import { choice, float, int, type MlpSetting } from './mlp-setting.ts'

const OPTIMIZERS = ['sgd', 'nesterov', 'adagrad', 'rmsprop', 'adam', 'nadam', 'amsgrad', 'lion'] as const
const SCHEDULES = [
  'constant',
  'step',
  'exponential',
  'polynomial',
  'cosine',
  'cosineRestarts',
  'oneCycle',
  'plateau',
] as const

/** The settings that say how a gradient changes the weights. Those of another optimizer or schedule have no effect. */
export interface MlpUpdateSettings {
  readonly optimizer: (typeof OPTIMIZERS)[number]
  readonly learningRate: number
  readonly momentum: number
  readonly weightDecay: number
  readonly l1: number
  readonly l2: number
  readonly clipNorm: number
  readonly clipValue: number
  readonly averaging: number
  readonly schedule: (typeof SCHEDULES)[number]
  readonly scheduleEvery: 'epoch' | 'step'
  readonly warmupEpochs: number
  readonly stepEpochs: number
  readonly stepFactor: number
  readonly finalFactor: number
  readonly polynomialPower: number
  readonly restartEpochs: number
  readonly restartFactor: number
  readonly plateauEpochs: number
}

export const MLP_UPDATE_SETTINGS: Readonly<Record<keyof MlpUpdateSettings, MlpSetting>> = {
  optimizer: choice(
    OPTIMIZERS,
    'adam',
    'Weight update rule, constants as in PyTorch. sgd has classical momentum, nesterov looks ahead; adam with weightDecay is AdamW. lion likes a learningRate 3 to 10 times smaller than adam.',
  ),
  learningRate: float(
    1e-8,
    100,
    1e-3,
    'Step size at the start, or at the end of the warm-up; with oneCycle the highest one.',
  ),
  momentum: float(0, 0.9999, 0.9, 'For sgd and nesterov; 0 is plain gradient descent.'),
  weightDecay: float(
    0,
    10,
    0,
    'Decoupled weight decay, for every optimizer: each step takes learning rate x weightDecay of each weight. Biases do not decay, nor do the scale and shift of a normalization.',
  ),
  l1: float(
    0,
    10,
    0,
    'Penalty l1 x |weight|, added to the gradient; reported losses are without it. Not for biases, nor for the scale and shift of a normalization.',
  ),
  l2: float(
    0,
    10,
    0,
    'Penalty l2 / 2 x weight squared, added to the gradient; reported losses are without it. Not for biases, nor for the scale and shift of a normalization.',
  ),
  clipNorm: float(
    0,
    1e6,
    0,
    'Longest gradient of a step, all weights and biases together, before penalties; a longer one is scaled down. 0 does not clip.',
  ),
  clipValue: float(
    0,
    1e6,
    0,
    'Largest element of the gradient, before clipNorm and penalties. 0 does not clip.',
  ),
  averaging: float(
    0,
    0.99999,
    0,
    'Decay a step of a moving average of the weights, at most (1 + t) / (10 + t) at step t. The average is what is validated, kept and tested. 0 does not average.',
  ),
  schedule: choice(
    SCHEDULES,
    'cosine',
    'How the learning rate changes over the epochs that follow the warm-up: as often as scheduleEvery says; with oneCycle, every step, up to learningRate in the first 30 % of them and down again; of fewer than 4 steps the first has it already.',
  ),
  scheduleEvery: choice(
    ['epoch', 'step'],
    'epoch',
    'How often schedules exponential, polynomial, cosine and cosineRestarts change the learning rate: once an epoch, or with each batch. step and plateau drop between epochs.',
  ),
  warmupEpochs: int(
    0,
    10_000,
    0,
    'First epochs, in which the learning rate rises from 0 in equal steps, one a batch, before the schedule starts.',
  ),
  stepEpochs: int(1, 10_000, 10, 'For schedule step: epochs between drops.'),
  stepFactor: float(1e-6, 1, 0.3, 'For schedules step and plateau: factor of a drop.'),
  finalFactor: float(
    1e-6,
    1,
    0.01,
    'For schedule exponential: learning rate of the last epoch (or step, see scheduleEvery), as a share of the first.',
  ),
  polynomialPower: float(0.1, 10, 1, 'For schedule polynomial: 1 falls in a line, more falls early.'),
  restartEpochs: int(1, 10_000, 10, 'For schedule cosineRestarts: epochs of the first cycle.'),
  restartFactor: int(
    1,
    10,
    2,
    'For schedule cosineRestarts: how many times longer each cycle is than the last.',
  ),
  plateauEpochs: int(
    1,
    10_000,
    5,
    'For schedule plateau: epochs without a better validation loss before a drop; below patience to matter. The last training, which has no validation rows, goes by its training loss.',
  ),
}
