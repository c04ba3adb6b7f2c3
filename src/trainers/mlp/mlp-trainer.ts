import type { Fault } from '../../domain/errors.ts'
import type { Objective } from '../../domain/metric.ts'
import { MLP_DEFAULTS, type MlpSettings } from '../../domain/mlp-settings.ts'
import type { StudyDefinition, TrainerSpec } from '../../domain/study.ts'
import { type Trainer, TrainingFailed, type TrainingRequest } from '../../services/ports.ts'
import { checkFixedSettings, checkSearchedSettings } from './check-settings.ts'
import type { Dataset } from './dataset.ts'
import { DATASET_NAMES, findDataset } from './datasets.ts'
import { defaultSpace } from './default-space.ts'
import { METRICS, testMetrics, validationMetrics } from './metrics.ts'
import {
  engine,
  evaluateNetwork,
  type NetworkShape,
  TrainingDiverged,
  trainNetwork,
} from './native-engine.ts'
import { trainingData } from './training-data.ts'

type MlpSpec = Extract<TrainerSpec, { kind: 'mlp' }>

/** Trains fully connected networks with the native engine. A parameter's name is the setting that it searches. */
export const mlpTrainer: Trainer = {
  prepare() {
    engine()
  },

  checkTrainer(trainer) {
    const { dataset, settings } = trainer as MlpSpec
    const faults = checkFixedSettings(settings)
    if (findDataset(dataset)) return faults
    const message = `there is no data set ${dataset}; use one of ${DATASET_NAMES.join(', ')}`
    return [{ path: 'trainer.dataset', message }, ...faults]
  },

  defaults(trainer) {
    const { dataset, settings } = trainer as MlpSpec
    const searchSpace = defaultSpace(findDataset(dataset)!, settings)
    return { searchSpace, metrics: [{ name: 'validationLoss', goal: 'minimize' }] }
  },

  checkDefinition(definition) {
    return [...checkSearchedSettings(definition), ...checkMetrics(definition)]
  },

  async train(request, onReport, signal) {
    const { dataset, settings } = resolve(request)
    const { fitted, judged, targetDeviation } = trainingData(dataset, settings, 'search')
    const options = { ...networkShape(dataset, settings), ...settings, scheduleEpochs: settings.epochs }
    const { weights, ...trained } = await unlessDiverged(
      trainNetwork(
        { ...options, seed: request.seed },
        fitted,
        judged,
        ({ epoch, trainingLoss, validation }) =>
          onReport({
            step: epoch,
            metrics: { trainingLoss, ...validationMetrics(validation!, targetDeviation) },
          }),
        signal,
      ),
    )
    const { trainingLoss, validation, bestEpoch } = trained
    const measured = validationMetrics(validation!, targetDeviation)
    return { metrics: { ...measured, trainingLoss, bestEpoch, weightCount: weights.length } }
  },

  async test(request, signal) {
    const { dataset, settings } = resolve(request)
    const { fitted, judged, targetDeviation } = trainingData(dataset, settings, 'test')
    const shape = networkShape(dataset, settings)
    // What was best after an epoch or two was so by luck and would not be again: at least a quarter of the epochs.
    const epochs = Math.max(request.metrics.bestEpoch ?? settings.epochs, Math.ceil(settings.epochs / 4))
    // The schedule shrinks with the epochs, so that the learning rate still ends low.
    const options = { ...shape, ...settings, epochs, scheduleEpochs: epochs, patience: 0, seed: request.seed }
    const { weights } = await unlessDiverged(trainNetwork(options, fitted, undefined, () => {}, signal))
    return testMetrics(await evaluateNetwork(shape, weights, judged), targetDeviation)
  },
}

function resolve({ trainer, params }: TrainingRequest): { dataset: Dataset; settings: MlpSettings } {
  const { dataset, settings } = trainer as MlpSpec
  return { dataset: findDataset(dataset)!, settings: { ...MLP_DEFAULTS, ...settings, ...params } }
}

function networkShape(dataset: Dataset, settings: MlpSettings): NetworkShape {
  const isClassification = dataset.task === 'classification'
  const hidden = Array.from({ length: settings.hiddenLayers }, () => settings.hiddenUnits)
  return {
    layers: [dataset.featureNames.length, ...hidden, isClassification ? dataset.classes.length : 1],
    activation: settings.activation,
    loss: isClassification ? 'crossEntropy' : 'meanSquaredError',
  }
}

/** A diverged training is the parameter values' fault, not ours: the trial fails with the engine's reason. */
async function unlessDiverged<T>(training: Promise<T>): Promise<T> {
  try {
    return await training
  } catch (error) {
    throw error instanceof TrainingDiverged ? new TrainingFailed(error.message, { cause: error }) : error
  }
}

function checkMetrics({ metrics, trainer }: StudyDefinition): Fault[] {
  const legal = METRICS[findDataset((trainer as MlpSpec).dataset)!.task]
  return metrics.flatMap((metric, i) => {
    const path = `metrics[${i}]`
    if (legal.includes(metric.name)) return 'goal' in metric ? checkGoal(metric, path) : []
    const message = `this data set has no metric ${metric.name}; use one of ${legal.join(', ')}`
    return [{ path: `${path}.name`, message }]
  })
}

/** A loss that is maximized is a typing error that would waste the whole study. */
function checkGoal({ name, goal }: Objective, path: string): Fault[] {
  const better = /Accuracy|R2/.test(name) ? 'maximize' : 'minimize'
  return goal === better ? [] : [{ path: `${path}.goal`, message: `${name} is to ${better}` }]
}
