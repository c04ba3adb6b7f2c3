import type { Fault } from '../../domain/errors.ts'
import type { MeasuredMetrics, Metric, MetricValues } from '../../domain/metric.ts'
import type { ParameterSpec, ParameterValues, SearchSpace } from '../../domain/search-space.ts'
import type { StudyDefinition, TrainerSpec } from '../../domain/study.ts'
import type { Report } from '../../domain/trial.ts'

export interface TrainingRequest {
  readonly trainer: TrainerSpec
  readonly params: ParameterValues
  readonly seed: number
  /** Names of the study's metrics: what a trainer tells only where it is asked for. */
  readonly metricNames?: readonly string[]
  /** Of a training of the same request, to go on from. One that does not fit is as good as none. */
  readonly checkpoint?: Uint8Array
}

export interface TrainingResult extends MeasuredMetrics {
  /** Makes what is to be kept of a trial that is the best: the network, to be read by the trainer's `model`. */
  readonly model?: () => Uint8Array
}

/** A row as it is in the file, by the names of its columns. */
export type RawRow = Readonly<Record<string, number | string | boolean>>

/** Of one row: its class and how likely each is; its labels; or its values. */
export interface Prediction {
  readonly label?: string
  readonly labels?: readonly string[]
  readonly probabilities?: Readonly<Record<string, number>>
  readonly values?: Readonly<Record<string, number>>
}

/** What can be done with what was trained. */
export interface ModelReader {
  asOnnx(content: Uint8Array): Uint8Array
  asJson(content: Uint8Array): object
  /** @returns faults of the rows where they have any; paths as in `{"rows": [...]}`. */
  predict(
    content: Uint8Array,
    rows: readonly RawRow[],
  ): Promise<readonly Prediction[] | { readonly faults: readonly Fault[] }>
}

/** Thrown by a trainer that was asked to pause. */
export class TrainingPaused extends Error {
  /** For the `checkpoint` of a later request, which then comes to the very result. */
  readonly checkpoint: Uint8Array

  constructor(checkpoint: Uint8Array) {
    super('The training was asked to pause.')
    this.checkpoint = checkpoint
  }
}

/** Thrown by a trainer when these parameter values cannot be trained: the trial fails with this reason. */
export class TrainingFailed extends Error {}

/** A trainer that keeps nothing elsewhere answers at once. */
type MaybePromise<T> = T | Promise<T>

/** One per `trainer.kind`: what Hone knows of it. */
export interface Trainer {
  /**
   * Loads what training needs, so that a broken installation shows when a worker starts and not in its trials.
   *
   * @param threads that its trainings may have at once.
   * @param onRoom is told how many trials are worth having at hand, whenever that changes: more than threads, where those
   * that wait can share one.
   */
  prepare?(threads: number, onRoom: (trials: number) => void): void
  /** What this trainer cannot do: unknown data set or function, illegal settings. Paths as in the request. */
  checkTrainer(trainer: TrainerSpec): MaybePromise<readonly Fault[]>
  /** Space and metrics for a study that names none. Only for a trainer without faults; absent where there are none. */
  defaults?(trainer: TrainerSpec): MaybePromise<{ searchSpace: SearchSpace; metrics: readonly Metric[] }>
  /** What it cannot do with this space and these metrics. Only for a trainer without faults. */
  checkDefinition(definition: StudyDefinition): MaybePromise<readonly Fault[]>
  /** Steps that a training reports at most. Absent where only the user knows. */
  fullSteps?(trainer: TrainerSpec, searchSpace: SearchSpace): number
  /**
   * Why trials that were trained without a parameter cannot count as having had its default; undefined when they can.
   * Absent where only the user knows.
   */
  checkAdded?(trainer: TrainerSpec, parameter: ParameterSpec): string | undefined
  /**
   * Trains off the event loop. Resolves after `signal` aborts too, by throwing its reason. Absent where somebody else
   * trains, who asks for trials: nobody here then starts them.
   * @param onReport called once an epoch, in order; never awaited.
   * @param pause asks that it throw TrainingPaused soon; a trainer that cannot has no `canPause`, and trains on.
   */
  train?(
    request: TrainingRequest,
    onReport: (report: Report) => void,
    signal: AbortSignal,
    pause?: AbortSignal,
  ): Promise<TrainingResult>
  readonly canPause?: true
  /**
   * Trains the winner once more on all rows but the test rows, for the epochs it needed, and measures it on those.
   * Undefined where there is nothing held out.
   */
  test?(request: TrainingRequest & { metrics: MetricValues }, signal: AbortSignal): Promise<MetricValues>
  /** Absent where nothing is kept of a training but its metrics. */
  readonly model?: ModelReader
}

/** One that trains here. */
export interface LocalTrainer extends Trainer {
  defaults: NonNullable<Trainer['defaults']>
  train: NonNullable<Trainer['train']>
}

export type Trainers = Readonly<Record<TrainerSpec['kind'], Trainer>>
