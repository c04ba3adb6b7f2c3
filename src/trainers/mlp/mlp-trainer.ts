import { type Fault, HoneError } from '../../domain/errors.ts'
import { type MetricValues, onlyNamed } from '../../domain/metric.ts'
import { MLP_DEFAULTS, type MlpSettings } from '../../domain/mlp-settings.ts'
import type { TrainerSpec } from '../../domain/study.ts'
import { type Report, trialSeed } from '../../domain/trial.ts'
import {
  type Trainer,
  TrainingFailed,
  TrainingPaused,
  type TrainingRequest,
} from '../../services/ports/trainer.ts'
import { checkAddedSetting, checkFixedSettings, checkSearchedSettings } from './check-settings.ts'
import { checkMetrics, checkPruner, checkSearchedTask, checkTask } from './check-task.ts'
import type { Dataset } from './data/dataset.ts'
import { createDatasetLibrary, type DatasetLibrary } from './data/dataset-library.ts'
import { DATASET_NAMES } from './data/datasets.ts'
import { weighRows } from './data/sample-weights.ts'
import type { Fold } from './data/split.ts'
import { trainingData } from './data/training-data.ts'
import { defaultSpace } from './default-space.ts'
import {
  CheckpointRefused,
  type EpochReport,
  engine,
  evaluateNetwork,
  NetworkPaused,
  TrainingDiverged,
  trainingPool,
  trainNetwork,
} from './engine/native-engine.ts'
import { networkShape } from './engine/network-shape.ts'
import { fullSteps } from './full-steps.ts'
import { meanMetrics } from './mean-metrics.ts'
import { needsAllScores, sizesOf, TIMES, testMetrics, validationMetrics, whyUndefined } from './metrics.ts'
import { decodeModel, encodeModel, modelOf } from './model/model.ts'
import { predict } from './model/predict.ts'
import { modelAsJson, modelAsOnnx } from './model/render-model.ts'
import { type BegunRun, type Progress, packProgress, unpackProgress } from './progress.ts'

type MlpSpec = Extract<TrainerSpec, { kind: 'mlp' }>

/** Trains fully connected networks with the native engine. A parameter's name is the setting that it searches. */
export function createMlpTrainer(library: DatasetLibrary = createDatasetLibrary()) {
  return {
    prepare(threads, onRoom) {
      engine()
      trainingPool.limit(threads, onRoom)
    },

    async checkTrainer(trainer) {
      const { dataset, settings } = trainer as MlpSpec
      const faults = checkFixedSettings(settings)
      const found = await library.describe(dataset)
      // What is no legal value at all is told once.
      if (found) return faults.length > 0 ? faults : checkTask(found, settings)
      return [unknownDataset(dataset), ...faults]
    },

    async defaults(trainer) {
      const { dataset, settings } = trainer as MlpSpec
      const found = await library.describe(dataset)
      if (!found) throw gone(dataset)
      return {
        searchSpace: defaultSpace(found, settings),
        metrics: [{ name: 'validationLoss', goal: 'minimize' }],
      }
    },

    fullSteps: (trainer, searchSpace) => fullSteps((trainer as MlpSpec).settings, searchSpace),

    async checkDefinition(definition) {
      const { dataset: name } = definition.trainer as MlpSpec
      const dataset = await library.describe(name)
      if (!dataset) return [unknownDataset(name)]
      const faults = [...checkSearchedSettings(definition), ...checkMetrics(dataset, definition)]
      return faults.length > 0
        ? faults
        : [...checkSearchedTask(dataset, definition), ...checkPruner(definition)]
    },

    checkAdded(trainer, parameter) {
      return checkAddedSetting((trainer as MlpSpec).settings, parameter)
    },

    /** With folds or repeats, the report of a training is the mean of all so far; the network kept is the first one's. */
    async train(request, onReport, signal, pause?: AbortSignal) {
      const task = await resolve(library, request)
      const runs = runsOf(task.settings, request.seed)
      const reportEpoch = runs.length === 1 ? onReport : () => {}
      const progress = unpackProgress(request.checkpoint)
      const told = [...progress.told]
      let model = progress.model && (() => progress.model!)
      let left: BegunRun | undefined = progress
      for (const run of runs.slice(told.length)) {
        const before = { told, seconds: left?.seconds ?? 0, model: model?.() }
        if (pause?.aborted) throw new TrainingPaused(packProgress({ ...before, network: left?.network }))
        const trained = await orPaused(trainOnce(task, run, left, reportEpoch, signal, pause), before)
        model ??= trained.model
        told.push(trained.metrics)
        left = undefined
        if (runs.length > 1) onReport({ step: told.length, metrics: meanMetrics(told).metrics })
      }
      return { ...meanMetrics(told), model: model! }
    },

    canPause: true,

    async test(request, signal) {
      const { dataset, settings } = await resolve(library, request)
      const { fitted, judged, targetDeviation } = trainingData(dataset, settings, 'test')
      const shape = networkShape(dataset, settings)
      const options = { ...lastSettings(settings, request.metrics), ...shape, seed: request.seed }
      const { weights } = await unlessDiverged(trainNetwork(options, fitted, undefined, () => {}, signal))
      return testMetrics(await evaluateNetwork(shape, weights, judged, signal), targetDeviation)
    },

    model: {
      asOnnx: (content) => modelAsOnnx(decodeModel(content)),
      asJson: (content) => modelAsJson(decodeModel(content)),
      predict: (content, rows) => predict(decodeModel(content), rows),
    },
  } satisfies Trainer
}

/**
 * For the last training, which runs for the epochs that the trial needed. Its warm-up and schedule shrink with them, so that
 * the learning rate gets up and still ends low; restarts are cycles of their own and keep their length.
 */
function lastSettings(settings: MlpSettings, { bestEpoch, epochsRun = settings.epochs }: MetricValues) {
  // Of what was run, which patience or a time limit may have cut short. An imported result may name any numbers.
  const run = within(1, epochsRun, settings.epochs)
  // What was best after an epoch or two was so by luck and would not be again: at least a quarter.
  const epochs = within(Math.ceil(run / 4), bestEpoch ?? run, run)
  const shrunk = (count: number) => Math.round((count * epochs) / run)
  const warmupEpochs = shrunk(settings.warmupEpochs)
  const stepEpochs = Math.max(1, shrunk(settings.stepEpochs))
  return { ...settings, epochs, scheduleEpochs: epochs, warmupEpochs, stepEpochs, patience: 0 }
}

/** To a whole number. */
function within(min: number, value: number, max: number): number {
  return Math.min(Math.max(Math.round(value), min), max)
}

function unknownDataset(name: string): Fault {
  const message = `there is no data set ${name}; use one of ${DATASET_NAMES.join(', ')}, or one that you have uploaded by POST /v1/datasets`
  return { path: 'trainer.dataset', message }
}

/** It was deleted since the trainer was checked. */
function gone(dataset: string): HoneError {
  const fault = unknownDataset(dataset)
  return new HoneError('invalid-study', `${fault.path}: ${fault.message}`, { faults: [fault] })
}

/** One of the trainings that a trial is made of. */
interface Run {
  readonly fold: Fold
  readonly seed: number
}

/** Each fold as often as is to be repeated; the first training has the trial's own seed. */
function runsOf({ folds, repeats }: MlpSettings, seed: number): readonly Run[] {
  return Array.from({ length: folds * repeats }, (_, i) => ({
    fold: { index: i % folds, count: folds },
    seed: i === 0 ? seed : trialSeed(seed, i),
  }))
}

/** What is told of a pause lets another process go on from it. @param before what there was when the training began. */
async function orPaused<T>(training: Promise<T>, before: Progress): Promise<T> {
  return training.catch((error: unknown) => {
    if (!(error instanceof NetworkPaused)) throw error
    const seconds = before.seconds + error.trainingSeconds
    throw new TrainingPaused(packProgress({ ...before, seconds, network: error.checkpoint }))
  })
}

interface TrainedOnce {
  readonly metrics: MetricValues
  readonly model: () => Uint8Array
}

async function trainOnce(
  { dataset, settings, metricNames: names }: Task,
  { fold, seed }: Run,
  left: BegunRun | undefined,
  onReport: (report: Report) => void,
  signal: AbortSignal,
  pause: AbortSignal | undefined,
): Promise<TrainedOnce> {
  const { fitted, judged, targetDeviation, scaling } = trainingData(dataset, settings, fold)
  const shape = networkShape(dataset, settings)
  const options = {
    ...settings,
    ...shape,
    scheduleEpochs: settings.epochs,
    seed,
    allScores: needsAllScores(names),
    isApart: TIMES.some((name) => names.includes(name)),
    ...remainingTime(settings, left),
  }
  const measure = ({ trainingLoss, validation }: Pick<EpochReport, 'trainingLoss' | 'validation'>) => ({
    trainingLoss,
    ...validationMetrics(validation!, targetDeviation),
  })
  const sizes = sizesOf(shape)
  // At each epoch the same: nobody wants to see that who has not asked.
  const named = onlyNamed(names, sizes)
  const tell = (report: EpochReport) =>
    onReport({ step: report.epoch, metrics: { ...measure(report), ...named } })
  const train = (more: { checkpoint?: Uint8Array }) =>
    unlessDiverged(trainNetwork({ ...options, ...more }, fitted, judged, tell, signal, pause))
  const trained = await (left?.network
    ? train({ checkpoint: left.network }).catch((error: unknown) => {
        if (!(error instanceof CheckpointRefused)) throw error
        return train({})
      })
    : train({}))
  const times: MetricValues = {
    trainingSeconds: trained.trainingSeconds + (left?.seconds ?? 0),
    predictionSeconds: trained.predictionSeconds,
  }
  const { bestEpoch, epochs: epochsRun } = trained
  const metrics = { ...measure(trained), bestEpoch, epochsRun, ...sizes, ...onlyNamed(names, times) }
  const fault = whyUndefined(names, metrics)
  if (fault) throw new TrainingFailed(fault)
  const { weights } = trained
  return { metrics, model: () => encodeModel(modelOf(dataset, { shape, weights, scaling })) }
}

/** What is left of the time that a training may take. */
function remainingTime(
  { timeLimitSeconds }: MlpSettings,
  left: BegunRun | undefined,
): { timeLimitSeconds?: number } {
  // 0 means none.
  if (!left || timeLimitSeconds === 0) return {}
  return { timeLimitSeconds: Math.max(timeLimitSeconds - left.seconds, Number.MIN_VALUE) }
}

/** What is to be trained. */
interface Task {
  readonly dataset: Dataset
  readonly settings: MlpSettings
  readonly metricNames: readonly string[]
}

async function resolve(
  library: DatasetLibrary,
  { trainer, params, metricNames = [] }: TrainingRequest,
): Promise<Task> {
  const { dataset, settings: fixed } = trainer as MlpSpec
  const settings = { ...MLP_DEFAULTS, ...fixed, ...params }
  return { dataset: weighRows(await library.load(dataset), settings.sampleWeights), settings, metricNames }
}

/** A diverged training is the parameter values' fault, not ours: the trial fails with the engine's reason. */
async function unlessDiverged<T>(training: Promise<T>): Promise<T> {
  try {
    return await training
  } catch (error) {
    throw error instanceof TrainingDiverged ? new TrainingFailed(error.message, { cause: error }) : error
  }
}
