import { createRequire } from 'node:module'
import type { MlpNetworkSettings } from '../../domain/mlp-network-settings.ts'
import type { MlpUpdateSettings } from '../../domain/mlp-update-settings.ts'
import { packagePath } from '../../package-path.ts'

/** Rows in native memory: copied in once, read by any number of trainings at a time. */
export interface Rows {
  readonly handle: NativeRows
}
declare const native: unique symbol
interface NativeRows {
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

export interface EpochReport {
  /** Counts from 1. */
  readonly epoch: number
  /** Mean over the epoch's rows, each by the weights its batch started with. */
  readonly trainingLoss: number
  /** By the weights at the epoch's end. */
  readonly validation?: Scores
}

export interface TrainedNetwork {
  /**
   * Those of the epoch with the lowest validation loss, or the last ones; with `averaging`, their average there.
   * W, b and where normalized scale, shift of each layer, W row-major, inputs x outputs; then, with batch norm, the running
   * mean and variance of each.
   */
  readonly weights: Float32Array
  readonly bestEpoch: number
  /** Epochs that were run. */
  readonly epochs: number
  /** At the best epoch, as is `validation`. */
  readonly trainingLoss: number
  readonly validation?: Scores
  /** Wall-clock times: of the training, and of predicting all validation rows once. */
  readonly trainingSeconds: number
  readonly predictionSeconds: number
  readonly timedOut: boolean
  /** Only with `keepCheckpoint`, and not where the time ran out. Its format: native/include/mlp/checkpoint.h. */
  readonly checkpoint?: Uint8Array
  /** Mean loss of each batch before its step; only with `recordSteps`. */
  readonly stepLosses?: Float64Array
}

/** Where a loss left all bounds: not finite, or a million times the first one. */
export interface Divergence {
  readonly loss: number
  /** Both count from 1; `step` over the whole training. */
  readonly epoch: number
  readonly step: number
  readonly learningRate: number
}

/**
 * These settings cannot be trained: the loss left all bounds, no epoch ended in time, or the network does not fit in
 * memory. Its message says where, and what to change.
 */
export class TrainingDiverged extends Error {
  readonly divergence: Divergence | undefined

  constructor(message: string, divergence?: Divergence) {
    super(message)
    this.divergence = divergence
  }
}

/** A checkpoint that is damaged, or of another training or CPU. Nothing has been reported then. */
export class CheckpointRefused extends Error {}

/** A training that was asked to pause, and where it goes on. */
export class NetworkPaused extends Error {
  readonly checkpoint: Uint8Array
  readonly trainingSeconds: number

  constructor(checkpoint: Uint8Array, trainingSeconds: number) {
    super('The training was asked to pause.')
    this.checkpoint = checkpoint
    this.trainingSeconds = trainingSeconds
  }
}

interface NativeJob<Result> {
  readonly done: Promise<Result>
  /** Ends the job soon; `done` then resolves with what there is. */
  cancel(): void
  /** Ends a training with the epoch under way. */
  pause(): void
}
type NativeScores = Omit<Scores, 'rmse'>
interface NativeEpoch {
  readonly epoch: number
  readonly trainingLoss: number
  readonly judged?: NativeScores
}
interface NativeTrained {
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
interface NativeEngine {
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
  evaluate(shape: NetworkShape, weights: Float32Array, rows: NativeRows): NativeJob<NativeScores>
  predict(shape: NetworkShape, weights: Float32Array, rows: NativeRows): NativeJob<Float32Array>
}

/**
 * @param features rows x columns, row-major, standardized.
 * @param targets  class numbers below `outputs` (Int32Array), or rows x outputs values (Float32Array).
 * @param weights  what each row's loss counts, at least 0; only their ratios matter. All the same when absent.
 * @throws RangeError or TypeError when the sizes do not fit, or a number is not finite.
 */
export function createRows(
  features: Float32Array,
  targets: Int32Array | Float32Array,
  columns: number,
  outputs: number,
  weights?: Float32Array,
): Rows {
  return { handle: new (engine().Rows)(features, targets, columns, outputs, weights) }
}

/**
 * Trains on a thread of its own. The same arguments on the same machine give the same weights.
 *
 * @param validation chooses the best epoch and stops early; without it all epochs are run and the last weights kept.
 * @param onEpoch called once an epoch, in order.
 * @param pause asks that it end with the epoch under way.
 * @throws TrainingDiverged, NetworkPaused, CheckpointRefused with the reason, or the signal's reason soon after it aborts, or what onEpoch throws.
 */
export async function trainNetwork(
  options: TrainOptions,
  training: Rows,
  validation: Rows | undefined,
  onEpoch: (report: EpochReport) => void,
  signal: AbortSignal,
  pause?: AbortSignal,
): Promise<TrainedNetwork> {
  signal.throwIfAborted()
  const listener = stopAtFirstError((epoch: NativeEpoch) => onEpoch(toReport(epoch)))
  const job = engine().train(options, training.handle, validation?.handle, listener.call)
  listener.onError(job.cancel)
  const unlistenAbort = onAbort(signal, job.cancel)
  const unlistenPause = onAbort(pause, job.pause)
  const done = job.done.finally(() => {
    unlistenAbort()
    unlistenPause()
  })
  const trained = await (options.checkpoint ? done.catch(refuseCheckpoint) : done)
  listener.rethrow()
  signal.throwIfAborted()
  if (trained.paused) throw new NetworkPaused(trained.checkpoint!, trained.trainingSeconds)
  if (trained.failure !== undefined) throw new TrainingDiverged(trained.failure, trained.divergence)
  const { epoch: bestEpoch, ...scores } = toReport(trained.best)
  const { weights, epochs, stepLosses, trainingSeconds, judgingSeconds, timedOut, checkpoint } = trained
  return {
    weights,
    bestEpoch,
    epochs,
    ...scores,
    trainingSeconds,
    predictionSeconds: judgingSeconds,
    timedOut,
    ...(checkpoint && { checkpoint }),
    ...(options.recordSteps && { stepLosses }),
  }
}

/** What else could fail is told in the result. */
function refuseCheckpoint(error: unknown): never {
  throw error instanceof Error ? new CheckpointRefused(error.message, { cause: error }) : error
}

/** Also when it has aborted already. @returns how to undo it. */
function onAbort(signal: AbortSignal | undefined, action: () => void): () => void {
  if (signal?.aborted) action()
  signal?.addEventListener('abort', action, { once: true })
  return () => signal?.removeEventListener('abort', action)
}

/** @param weights as trainNetwork gave them for this shape. */
export async function evaluateNetwork(
  shape: NetworkShape,
  weights: Float32Array,
  rows: Rows,
): Promise<Scores> {
  return toScores(await engine().evaluate(shape, weights, rows.handle).done)
}

/**
 * Rows x outputs, before softmax or sigmoid. @param weights as trainNetwork gave them for this shape.
 * @param features rows x inputs, row-major, standardized.
 */
export async function predictRows(
  shape: NetworkShape,
  weights: Float32Array,
  features: Float32Array,
): Promise<Float32Array> {
  const [inputs, outputs] = [shape.layers[0]!, shape.layers.at(-1)!]
  const count = features.length / inputs
  // Nothing is compared with them.
  const targets = shape.loss === 'crossEntropy' ? new Int32Array(count) : new Float32Array(count * outputs)
  const rows = createRows(features, targets, inputs, outputs)
  return engine().predict(shape, weights, rows.handle).done
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

/** An exception in a native callback would end the process: the first one is kept, and the caller rethrows it. */
function stopAtFirstError<Argument>(callback: (argument: Argument) => void) {
  const errors: unknown[] = []
  let stop = () => {}
  return {
    call(argument: Argument) {
      if (errors.length > 0) return
      try {
        callback(argument)
      } catch (error) {
        errors.push(error)
        stop()
      }
    },
    onError(action: () => void) {
      stop = action
    },
    rethrow() {
      if (errors.length > 0) throw errors[0]
    },
  }
}

function toReport({ epoch, trainingLoss, judged }: NativeEpoch): EpochReport {
  return { epoch, trainingLoss, ...(judged && { validation: toScores(judged) }) }
}

function toScores(scores: NativeScores): Scores {
  return scores.mse === undefined ? scores : { ...scores, rmse: Math.sqrt(scores.mse) }
}
