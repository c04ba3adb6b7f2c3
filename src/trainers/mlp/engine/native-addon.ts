import { createRequire } from 'node:module'
import type { MlpNetworkSettings } from '../../../domain/mlp-network-settings.ts'
import type { MlpUpdateSettings } from '../../../domain/mlp-update-settings.ts'
import { packagePath } from '../../../package-path.ts'

// What native/binding has, as it has it.

declare const native: unique symbol
export interface NativeRows {
  readonly [native]: 'Rows'
}

/** What the settings mean stands in their table. Those left out have their defaults there. */
type ShapeSettings = 'initializer' | 'normalization' | 'dropout' | 'residual' | 'huberDelta'
export interface NetworkShape extends Partial<Pick<MlpNetworkSettings, ShapeSettings>> {
  /** Widths: inputs, hidden layers from first to last, outputs. */
  readonly layers: readonly number[]
  /** Of the hidden layers; outputs are linear, softmax and sigmoid being part of the losses. */
  readonly activation: MlpNetworkSettings['activation']
  /** crossEntropy needs labels; binaryCrossEntropy labels, or values from 0 to 1; the others values. */
  readonly loss: Exclude<MlpNetworkSettings['loss'], 'auto'>
}

type AlwaysGiven = 'optimizer' | 'learningRate' | 'momentum' | 'schedule' | 'stepEpochs' | 'stepFactor'

/** What the update settings mean stands in their table. Those left out have no effect, or their defaults there. */
type UpdateOptions = Pick<MlpUpdateSettings, AlwaysGiven> & Partial<Omit<MlpUpdateSettings, AlwaysGiven>>

export interface TrainOptions extends NetworkShape, UpdateOptions {
  readonly epochs: number
  /** Epochs that the schedule's shape covers; at least `epochs`. */
  readonly scheduleEpochs: number
  readonly batchSize: number
  /** Epochs without a better validation loss before it stops; 0 never stops early. */
  readonly patience: number
  /** Wall-clock time after which it stops and keeps the best epoch so far; 0 or absent for none. */
  readonly timeLimitSeconds?: number
  readonly labelSmoothing?: number
  /** Whether every epoch tells logLoss and rocAuc, and not only the one that is kept: they cost a sort of the rows. */
  readonly allScores?: boolean
  readonly seed: number
  /** Instead of seeded ones: all parameters, as `weights` of a trained network. */
  readonly initialWeights?: Float32Array
  /** Instead of seeded shuffles: epochs x rows row numbers. */
  readonly order?: Int32Array
  readonly recordSteps?: boolean
  /**
   * Where to go on from, to `epochs` in all, with the same bits as if it had never stopped: the `checkpoint` of a training
   * with the same rows and options, of which only `epochs`, `timeLimitSeconds`, `recordSteps` and `allScores` may differ.
   */
  readonly checkpoint?: Uint8Array
  /** Whether the result has a `checkpoint`. */
  readonly keepCheckpoint?: boolean
  /** Never trained beside others of its shape: its times are to be its own. */
  readonly isApart?: boolean
  /** Forces one set; `reference` where this CPU lacks it. By default the fastest that it runs. */
  readonly kernels?: 'best' | 'reference' | 'avx2' | 'avx512' | 'neon'
}

/**
 * Those of the rows' kind are there: labels, several labels a row (values with binaryCrossEntropy), or values. All but
 * the loss count each row once, whatever its weight. Definitions: native/include/mlp/scores.h.
 */
export interface Scores {
  /** What is minimized, mean over the rows by their weights; without label smoothing. */
  readonly loss: number
  readonly accuracy?: number
  readonly balancedAccuracy?: number
  readonly macroF1?: number
  /** In nats. */
  readonly logLoss?: number
  readonly rocAuc?: number
  /** Squared error, its root and absolute error, in the values' unit; means over rows and outputs. */
  readonly mse?: number
  readonly rmse?: number
  readonly mae?: number
  readonly r2?: number
}

/** Where a loss left all bounds: not finite, or a million times the first one. */
export interface Divergence {
  readonly loss: number
  /** Both count from 1; `step` over the whole training. */
  readonly epoch: number
  readonly step: number
  readonly learningRate: number
}

export interface NativeJob<Result> {
  readonly done: Promise<Result>
  /** Ends the job soon; `done` then resolves with what there is. */
  cancel(): void
  /** Ends a training with the epoch under way. */
  pause(): void
}
export type NativeScores = Omit<Scores, 'rmse'>
export interface NativeEpoch {
  readonly epoch: number
  readonly trainingLoss: number
  readonly judged?: NativeScores
}
export interface NativeTrained {
  readonly weights: Float32Array
  readonly best: NativeEpoch
  readonly epochs: number
  readonly stepLosses: Float64Array
  readonly trainingSeconds: number
  readonly judgingSeconds: number
  readonly timedOut: boolean
  readonly paused: boolean
  readonly checkpoint?: Uint8Array
  readonly divergence?: Divergence
  readonly failure?: string
}
/** One of several trainings of a call. */
export interface NativeTask {
  readonly options: TrainOptions
  readonly fitted: NativeRows
  readonly judged: NativeRows | undefined
}
interface NativeJobs {
  /** Once all have ended. */
  readonly done: Promise<void>
  readonly cancelOne: readonly (() => void)[]
  readonly pauseOne: readonly (() => void)[]
}
export interface NativeEngine {
  readonly Rows: new (
    features: Float32Array,
    targets: Int32Array | Float32Array,
    columns: number,
    outputs: number,
    weights?: Float32Array,
  ) => NativeRows
  train(
    options: TrainOptions,
    fitted: NativeRows,
    judged: NativeRows | undefined,
    onEpoch: (epoch: NativeEpoch) => void,
  ): NativeJob<NativeTrained>
  /** The listener gets each epoch of each task, by the task's number, and then its NativeTrained or an Error. */
  trainTogether(
    tasks: readonly NativeTask[],
    listener: (number: number, what: 'epoch' | 'end' | 'error', value: unknown) => void,
  ): NativeJobs
  /** Whether the two can be lanes of one batch: native/include/mlp/lanes.h. */
  canTrainTogether(one: NativeTask, other: NativeTask): boolean
  evaluate(shape: NetworkShape, weights: Float32Array, rows: NativeRows): NativeJob<NativeScores>
  predict(shape: NetworkShape, weights: Float32Array, rows: NativeRows): NativeJob<Float32Array>
}

let loaded: NativeEngine | undefined

/**
 * Loaded when first needed, so that a process that never trains needs no addon.
 *
 * @throws Error that says how to build it.
 */
export function engine(): NativeEngine {
  loaded ??= loadEngine()
  return loaded
}

function loadEngine(): NativeEngine {
  const path = packagePath('native', 'build', 'hone.node')
  try {
    return createRequire(import.meta.url)(path)
  } catch (cause) {
    throw new Error('The native engine is missing or broken: run npm run build:native.', { cause })
  }
}
