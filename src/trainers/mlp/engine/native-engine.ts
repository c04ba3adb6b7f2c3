import {
  type Divergence,
  engine,
  type NativeEpoch,
  type NativeRows,
  type NativeScores,
  type NetworkShape,
  type Scores,
  type TrainOptions,
} from './native-addon.ts'
import { TrainingPool } from './training-pool.ts'

export { type Divergence, engine, type NetworkShape, type Scores, type TrainOptions } from './native-addon.ts'

/** Rows in native memory: copied in once, read by any number of trainings at a time. */
export interface Rows {
  readonly handle: NativeRows
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

/** Where trainings get their threads. */
export const trainingPool = new TrainingPool(engine)

/**
 * Trains on a thread of its own, or beside others of its shape: the same arguments on the same machine give the same
 * weights either way.
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
  const task = { options, fitted: training.handle, judged: validation?.handle }
  const isApart = options.isApart === true || (options.timeLimitSeconds ?? 0) > 0
  const job = trainingPool.start(task, listener.call, isApart)
  listener.onError(job.cancel)
  const unlistenAbort = onAbort(signal, job.cancel)
  const unlistenPause = onAbort(pause, job.pause)
  const told = options.checkpoint ? job.done.catch(refuseCheckpoint) : job.done
  const trained = await told
    .catch((error: unknown) => {
      signal.throwIfAborted()
      throw error
    })
    .finally(() => {
      unlistenAbort()
      unlistenPause()
    })
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

/**
 * @param weights as trainNetwork gave them for this shape.
 * @throws the signal's reason soon after it aborts.
 */
export async function evaluateNetwork(
  shape: NetworkShape,
  weights: Float32Array,
  rows: Rows,
  signal: AbortSignal,
): Promise<Scores> {
  signal.throwIfAborted()
  const job = engine().evaluate(shape, weights, rows.handle)
  const scores = await job.done.finally(onAbort(signal, job.cancel))
  signal.throwIfAborted()
  return toScores(scores)
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
