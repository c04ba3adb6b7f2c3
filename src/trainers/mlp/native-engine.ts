import { createRequire } from 'node:module'
import type { MlpUpdateSettings } from '../../domain/mlp-update-settings.ts'
import { packagePath } from '../../package-path.ts'

/** Rows in native memory: copied in once, read by any number of trainings at a time. */
export interface Rows {
  readonly handle: NativeRows
  /** Population variance of the values, mean over the outputs; undefined for labels. */
  readonly variance: number | undefined
}
declare const native: unique symbol
interface NativeRows {
  readonly [native]: 'Rows'
}

export interface NetworkShape {
  /** Widths: inputs, hidden layers from first to last, outputs. */
  readonly layers: readonly number[]
  /** Of the hidden layers; outputs are linear, softmax being part of crossEntropy. */
  readonly activation: 'relu' | 'tanh' | 'sigmoid' | 'identity'
  readonly loss: 'crossEntropy' | 'meanSquaredError'
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
  readonly seed: number
  /** Instead of seeded ones: W, b of each layer, W row-major, inputs x outputs. */
  readonly initialWeights?: Float32Array
  /** Instead of seeded shuffles: epochs x rows row numbers. */
  readonly order?: Int32Array
  readonly recordSteps?: boolean
  /** Forces one set; `reference` where this CPU lacks it. By default the fastest that it runs. */
  readonly kernels?: 'best' | 'reference' | 'avx2' | 'avx512'
}

export interface Scores {
  /** Mean over the rows: cross-entropy in nats, or squared error. */
  readonly loss: number
  /** Labels only: share of rows whose class is right. */
  readonly accuracy?: number
  /** Values only, in their unit. */
  readonly rmse?: number
  /** Values only: 1 - squared error / variance; where the variance is 0, 1 for no error and 0 otherwise. */
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
  /** Those of the epoch with the lowest validation loss, or the last ones; with `averaging`, their average there. */
  readonly weights: Float32Array
  readonly bestEpoch: number
  /** Epochs that were run. */
  readonly epochs: number
  /** At the best epoch, as is `validation`. */
  readonly trainingLoss: number
  readonly validation?: Scores
  /** Mean loss of each batch before its step; only with `recordSteps`. */
  readonly stepLosses?: Float64Array
}

/**
 * These settings cannot be trained: the loss left the finite numbers, or the network does not fit in memory. Its
 * message says where, and what to change.
 */
export class TrainingDiverged extends Error {}

interface NativeJob<Result> {
  readonly done: Promise<Result>
  /** Ends the job soon; `done` then resolves with what there is. */
  cancel(): void
}
interface NativeScores {
  readonly loss: number
  readonly accuracy?: number
}
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
  readonly cancelled: boolean
  readonly failure?: string
}
interface NativeEngine {
  readonly Rows: new (
    features: Float32Array,
    targets: Int32Array | Float32Array,
    columns: number,
    outputs: number,
  ) => NativeRows
  train(
    options: TrainOptions,
    fitted: NativeRows,
    judged: NativeRows | undefined,
    onEpoch: (epoch: NativeEpoch) => void,
  ): NativeJob<NativeTrained>
  evaluate(shape: NetworkShape, weights: Float32Array, rows: NativeRows): NativeJob<NativeScores>
}

/**
 * @param features rows x columns, row-major, standardized.
 * @param targets  class numbers below `outputs` (Int32Array), or rows x outputs values (Float32Array).
 * @throws RangeError or TypeError when the sizes do not fit.
 */
export function createRows(
  features: Float32Array,
  targets: Int32Array | Float32Array,
  columns: number,
  outputs: number,
): Rows {
  const handle = new (engine().Rows)(features, targets, columns, outputs)
  return { handle, variance: targets instanceof Float32Array ? meanVariance(targets, outputs) : undefined }
}

/**
 * Trains on a thread of its own. The same arguments on the same machine give the same weights.
 *
 * @param validation chooses the best epoch and stops early; without it all epochs are run and the last weights kept.
 * @param onEpoch called once an epoch, in order.
 * @throws TrainingDiverged, or the signal's reason soon after it aborts, or what onEpoch throws.
 */
export async function trainNetwork(
  options: TrainOptions,
  training: Rows,
  validation: Rows | undefined,
  onEpoch: (report: EpochReport) => void,
  signal: AbortSignal,
): Promise<TrainedNetwork> {
  signal.throwIfAborted()
  const listener = stopAtFirstError((epoch: NativeEpoch) => onEpoch(toReport(epoch, validation)))
  const job = engine().train(options, training.handle, validation?.handle, listener.call)
  listener.onError(job.cancel)
  signal.addEventListener('abort', job.cancel, { once: true })
  const trained = await job.done.finally(() => signal.removeEventListener('abort', job.cancel))
  listener.rethrow()
  signal.throwIfAborted()
  if (trained.failure !== undefined) throw new TrainingDiverged(trained.failure)
  const { epoch: bestEpoch, ...scores } = toReport(trained.best, validation)
  const { weights, epochs, stepLosses } = trained
  return { weights, bestEpoch, epochs, ...scores, ...(options.recordSteps && { stepLosses }) }
}

/** @param weights as trainNetwork gave them for this shape. */
export async function evaluateNetwork(
  shape: NetworkShape,
  weights: Float32Array,
  rows: Rows,
): Promise<Scores> {
  return toScores(await engine().evaluate(shape, weights, rows.handle).done, rows)
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

function toReport({ epoch, trainingLoss, judged }: NativeEpoch, rows: Rows | undefined): EpochReport {
  return { epoch, trainingLoss, ...(judged && rows && { validation: toScores(judged, rows) }) }
}

function toScores({ loss, accuracy }: NativeScores, { variance }: Rows): Scores {
  if (variance === undefined) return { loss, accuracy: accuracy! }
  const r2 = variance > 0 ? 1 - loss / variance : Number(loss === 0)
  return { loss, rmse: Math.sqrt(loss), r2 }
}

function meanVariance(values: Float32Array, outputs: number): number {
  const rows = values.length / outputs
  let sum = 0
  for (let output = 0; output < outputs; output++) {
    const column = Array.from({ length: rows }, (_, row) => values[row * outputs + output]!)
    const mean = column.reduce((total, value) => total + value, 0) / rows
    sum += column.reduce((total, value) => total + (value - mean) ** 2, 0) / rows
  }
  return sum / outputs
}
