import type { Fault } from '../../domain/errors.ts'
import type { MetricValues } from '../../domain/metric.ts'
import type { ParameterSpec, SearchSpace } from '../../domain/search-space.ts'
import type { StudyDefinition, TrainerSpec } from '../../domain/study.ts'
import { type LocalTrainer, TrainingFailed } from '../../services/ports/trainer.ts'
import { FUNCTIONS } from './functions.ts'
import type { TestFunction } from './test-function.ts'

const METRIC = { name: 'value', goal: 'minimize' } as const

/** Evaluates a test function of the parameters x0, x1, ...; its metric is `value`, and of some there are more. */
export const functionTrainer = {
  checkTrainer(trainer) {
    if (Object.hasOwn(FUNCTIONS, nameOf(trainer))) return []
    const known = Object.keys(FUNCTIONS).join(', ')
    return [{ path: 'trainer.name', message: `there is no function ${nameOf(trainer)}; use one of ${known}` }]
  },

  defaults(trainer) {
    return {
      searchSpace: defaultSpace(functionOf(trainer)),
      metrics: functionOf(trainer).metrics ?? [METRIC],
    }
  },

  checkDefinition(definition) {
    return [...checkMetricNames(definition), ...checkParameters(definition), ...checkNoPruner(definition)]
  },

  checkAdded: () => 'a function of more parameters is another one: create another study for that',

  async train({ trainer, params }) {
    const x = Object.keys(params).map((_, i) => params[`x${i}`])
    const metrics = evaluateAll(functionOf(trainer), x as number[])
    if (!Object.values(metrics).every(Number.isFinite))
      throw new TrainingFailed(`${nameOf(trainer)} has no finite value here.`)
    return { metrics }
  },
} satisfies LocalTrainer

function checkNoPruner({ pruner }: StudyDefinition): Fault[] {
  if (pruner.kind === 'none') return []
  return [{ path: 'pruner', message: 'a function is evaluated at once, with nothing to give up: remove it' }]
}

function evaluateAll({ evaluate, more = {} }: TestFunction, x: readonly number[]): MetricValues {
  const others = Object.entries(more).map(([name, other]) => [name, other(x)])
  return { [METRIC.name]: evaluate(x), ...Object.fromEntries(others) }
}

function nameOf(trainer: TrainerSpec): string {
  return trainer.kind === 'function' ? trainer.name : trainer.kind
}

function functionOf(trainer: TrainerSpec): TestFunction {
  return FUNCTIONS[nameOf(trainer)]!
}

function defaultSpace({ dimensions, box }: TestFunction): SearchSpace {
  const parameters = Array.from({ length: dimensions.default }, (_, i): ParameterSpec => {
    const [min, max] = box(i)
    return { name: `x${i}`, type: 'float', min, max, scale: 'linear' }
  })
  return { parameters, constraints: [] }
}

function checkMetricNames({ metrics, trainer }: StudyDefinition): Fault[] {
  const known = [METRIC.name, ...Object.keys(functionOf(trainer).more ?? {})]
  return metrics.flatMap(({ name }, i) => {
    if (known.includes(name)) return []
    const message = `${nameOf(trainer)} measures ${known.join(', ')}, not ${name}`
    return [{ path: `metrics[${i}].name`, message }]
  })
}

function checkParameters({ trainer, searchSpace: { parameters } }: StudyDefinition): Fault[] {
  const { dimensions } = functionOf(trainer)
  const faults = parameters.flatMap((parameter, i) => checkParameter(parameter, i, parameters.length))
  const { length } = parameters
  if (length >= dimensions.min && length <= dimensions.max) return faults
  const wanted =
    dimensions.min === dimensions.max ? `${dimensions.min}` : `${dimensions.min} to ${dimensions.max}`
  const message = `${nameOf(trainer)} takes ${wanted} parameters x0, x1, ..., not ${length}`
  return [...faults, { path: 'searchSpace.parameters', message }]
}

function checkParameter(parameter: ParameterSpec, i: number, count: number): Fault[] {
  const path = `searchSpace.parameters[${i}]`
  const faults: Fault[] = []
  const index = /^x(0|[1-9]\d*)$/.exec(parameter.name)?.[1]
  if (index === undefined || Number(index) >= count) {
    const message = `a function of ${count} parameters calls them x0 to x${count - 1}, not ${parameter.name}`
    faults.push({ path: `${path}.name`, message })
  }
  if (parameter.when)
    faults.push({ path: `${path}.when`, message: 'a function needs all of its parameters: remove it' })
  if (!isNumeric(parameter)) faults.push({ path, message: 'a function takes numbers only: use numbers here' })
  return faults
}

function isNumeric(parameter: ParameterSpec): boolean {
  if (parameter.type === 'float' || parameter.type === 'int') return true
  const values = parameter.type === 'ordinal' ? parameter.values : parameter.choices
  return values.every((value) => typeof value === 'number')
}
