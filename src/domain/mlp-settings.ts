import { MLP_NETWORK_SETTINGS, type MlpNetworkSettings } from './mlp-network-settings.ts'
import { float, int, type MlpSetting } from './mlp-setting.ts'
import { MLP_UPDATE_SETTINGS, type MlpUpdateSettings } from './mlp-update-settings.ts'

/**
 * Every setting of the `mlp` trainer: its legal values, its default and what it means. A parameter of a search
 * space with one of these names searches that setting; what is not searched comes from `trainer.settings`, or
 * from the default here.
 */
export interface MlpSettings extends MlpNetworkSettings, MlpUpdateSettings {
  readonly epochs: number
  readonly batchSize: number
  readonly patience: number
  readonly timeLimitSeconds: number
  readonly sampleWeights: string
  readonly validationFraction: number
  readonly testFraction: number
  readonly splitSeed: number
  readonly folds: number
  readonly repeats: number
}

export type { MlpSetting }

export const MLP_SETTINGS: Readonly<Record<keyof MlpSettings, MlpSetting>> = {
  epochs: int(1, 10_000, 40, 'Passes over the training rows.'),
  batchSize: int(1, 65_536, 32, 'Rows a gradient step.'),
  ...MLP_NETWORK_SETTINGS,
  ...MLP_UPDATE_SETTINGS,
  patience: int(
    0,
    10_000,
    10,
    'Epochs without a better validation loss before stopping early; 0 never stops early.',
  ),
  timeLimitSeconds: float(
    0,
    86_400,
    0,
    'Wall-clock time of one training, after which it stops and keeps the best epoch so far; 0 for none. Results then depend on the machine.',
  ),
  sampleWeights: {
    type: 'column',
    default: '',
    description:
      'Column of the data set that says what each row counts, in training and in the losses that judge it; other metrics count each row once. Numbers of at least 0, of which only the ratios matter; the column is no feature then. Empty: all rows count the same.',
  },
  validationFraction: float(0.01, 0.8, 0.15, 'Rows that judge a trial; unused with folds.'),
  testFraction: float(0.01, 0.8, 0.15, 'Rows no trial ever sees.'),
  splitSeed: int(0, 4_294_967_295, 0, 'Which rows are in which part.'),
  folds: int(
    1,
    20,
    1,
    'Cross-validation: a trial trains once a fold, each time judged by another part of all rows but the test rows. Its metrics are the means, with standard errors. 1: one validation part.',
  ),
  repeats: int(
    1,
    20,
    1,
    'How often a trial trains on the same rows, with another seed each time. Its metrics are the means, with standard errors.',
  ),
}

export const MLP_DEFAULTS: MlpSettings = Object.fromEntries(
  Object.entries(MLP_SETTINGS).map(([name, setting]) => [name, setting.default]),
) as unknown as MlpSettings
