import type { Fault } from '../../domain/errors.ts'
import { type Objective, wantedMetrics } from '../../domain/metric.ts'
import { MLP_DEFAULTS, type MlpSettings } from '../../domain/mlp-settings.ts'
import type { ParameterSpec } from '../../domain/search-space.ts'
import type { StudyDefinition } from '../../domain/study.ts'
import type { DatasetShape } from './data/dataset.ts'
import { checkSampleWeights } from './data/sample-weights.ts'
import { testRowCount } from './data/split.ts'
import { LOSSES } from './engine/network-shape.ts'
import { canBeNegative, isMaximized, isReported, METRICS } from './metrics.ts'

// What these change is what the loss counts, not how good the network is: trials that differ in them have losses that
// cannot be compared.
const CHANGES_LOSS = {
  validationLoss: ['loss', 'huberDelta'],
  trainingLoss: ['loss', 'huberDelta', 'labelSmoothing', 'classWeights', 'dropout'],
}

/** What cannot be done with this data set: a loss for the other task, more folds than rows. */
export function checkTask(dataset: DatasetShape, settings: Partial<MlpSettings>): Fault[] {
  const { loss, folds, testFraction, classWeights, sampleWeights } = { ...MLP_DEFAULTS, ...settings }
  const foldsMax = dataset.rows - testRowCount(dataset, { testFraction })
  const faults = [
    checkLoss(dataset, loss, 'trainer.settings.loss'),
    checkClassWeights(dataset, classWeights),
    checkSampleWeights(dataset, sampleWeights),
  ].filter((fault) => fault !== undefined)
  if (folds <= foldsMax) return faults
  const message = `folds must be at most ${foldsMax} here, the rows that are no test rows`
  return [...faults, { path: 'trainer.settings.folds', message }]
}

/** Losses of the wrong task among the searched ones, and objectives that such a search would make meaningless. */
export function checkSearchedTask(dataset: DatasetShape, { searchSpace, metrics }: StudyDefinition): Fault[] {
  return searchSpace.parameters.flatMap((parameter, i) => {
    const path = `searchSpace.parameters[${i}]`
    const losses = parameter.name === 'loss' ? choicesOf(parameter) : []
    const faults = losses.flatMap((loss, j) => checkLoss(dataset, loss, `${path}.choices[${j}]`) ?? [])
    const objective = metrics.find(({ name }) => changesLoss(parameter.name, name))
    if (!objective) return faults
    const message = `trials that differ in ${parameter.name} have no ${objective.name} that can be compared: fix ${parameter.name} in trainer.settings, or use another metric`
    return [...faults, { path: `${path}.name`, message }]
  })
}

export function checkMetrics(dataset: DatasetShape, { metrics }: StudyDefinition): Fault[] {
  const legal = METRICS[dataset.task]
  return metrics.flatMap((metric, i) => {
    const path = `metrics[${i}]`
    if (legal.includes(metric.name))
      return 'goal' in metric ? [...checkGoal(metric, path), ...checkScale(metric, path)] : []
    const message = `this data set has no metric ${metric.name}; use one of ${legal.join(', ')}`
    return [{ path: `${path}.name`, message }]
  })
}

/** Trials are given up by what their epochs tell. */
export function checkPruner({ pruner, metrics }: StudyDefinition): Fault[] {
  const unknown = wantedMetrics(metrics).find((name) => !isReported(name))
  if (pruner.kind === 'none' || unknown === undefined) return []
  const message = `${unknown} is known at the end of a training only, so no trial can be given up by it: remove the pruner, or give the metric the role store`
  return [{ path: 'pruner', message }]
}

/** A loss that is maximized is a typing error that would waste the whole study. */
function checkGoal({ name, goal }: Objective, path: string): Fault[] {
  const better = isMaximized(name) ? 'maximize' : 'minimize'
  return goal === better ? [] : [{ path: `${path}.goal`, message: `${name} is to ${better}` }]
}

function checkScale({ name, scale }: Objective, path: string): Fault[] {
  if (scale !== 'log' || !canBeNegative(name)) return []
  return [{ path: `${path}.scale`, message: `${name} may be below 0, for which a log scale has no place` }]
}

function checkClassWeights(
  { classes }: DatasetShape,
  weights: MlpSettings['classWeights'],
): Fault | undefined {
  if (weights === 'none') return undefined
  if (classes.length > 0 && (weights === 'balanced' || weights.length === classes.length)) return undefined
  const message =
    classes.length === 0
      ? 'this data set has no classes to weigh: leave classWeights out'
      : `classWeights must have a number for each of ${classes.join(', ')}, in this order`
  return { path: 'trainer.settings.classWeights', message }
}

function checkLoss({ task }: DatasetShape, loss: unknown, path: string): Fault | undefined {
  const legal: readonly unknown[] = ['auto', ...LOSSES[task]]
  if (legal.includes(loss)) return undefined
  return {
    path,
    message: `loss must be one of ${legal.join(', ')} for this data set's ${task}, not ${String(loss)}`,
  }
}

function choicesOf(parameter: ParameterSpec): readonly unknown[] {
  return parameter.type === 'categorical' ? parameter.choices : []
}

function changesLoss(setting: string, metric: string): boolean {
  return CHANGES_LOSS[metric as keyof typeof CHANGES_LOSS]?.includes(setting) ?? false
}
