import { checkConstraint } from './check-constraint.ts'
import { RESERVED_WORDS } from './constraint-tokens.ts'
import type { Fault } from './errors.ts'
import { quoted } from './faults.ts'
import {
  type CategoricalSpec,
  checkValue,
  type FloatSpec,
  type IntSpec,
  type OrdinalSpec,
  type ParameterSpec,
  type ParameterValue,
  type SearchSpace,
  valueCount,
} from './search-space.ts'

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/
// One model dimension a parameter: beyond this no optimizer learns anything from an affordable number of trials.
const MAX_PARAMETERS = 200
const MAX_CONSTRAINTS = 50
const MAX_VALUES = 1000
// Of sums of them, none overflows and none is lost in rounding.
const MAX_WEIGHT = 1e9

/** Everything that makes a space meaningless, each with its path and what to do; empty for a sound space. */
export function checkSearchSpace(space: SearchSpace): Fault[] {
  const { parameters, constraints } = space
  const faults = checkCounts(space)
  if (faults.length > 0) return faults
  parameters.forEach((parameter, index) => {
    const at = `searchSpace.parameters[${index}]`
    faults.push(...checkName(parameter, at, parameters.slice(0, index)))
    const problems = checkValues(parameter)
    faults.push(...prefixed(at, problems.length > 0 ? problems : checkDefault(parameter)))
    faults.push(...checkCondition(parameter, at, parameters.slice(0, index), parameters))
  })
  constraints.forEach((source, index) => {
    faults.push(...checkConstraint(source, parameters, `searchSpace.constraints[${index}]`))
  })
  return faults
}

function checkCounts({ parameters, constraints }: SearchSpace): Fault[] {
  const faults: Fault[] = []
  if (parameters.length === 0)
    faults.push({ path: 'searchSpace.parameters', message: 'name at least one parameter' })
  if (parameters.length > MAX_PARAMETERS) {
    faults.push({ path: 'searchSpace.parameters', message: `must have at most ${MAX_PARAMETERS} parameters` })
  }
  if (constraints.length > MAX_CONSTRAINTS) {
    faults.push({
      path: 'searchSpace.constraints',
      message: `must have at most ${MAX_CONSTRAINTS} constraints`,
    })
  }
  return faults
}

function checkName({ name }: ParameterSpec, at: string, earlier: readonly ParameterSpec[]): Fault[] {
  const path = `${at}.name`
  if (!NAME.test(name)) {
    return [{ path, message: 'must be a letter and up to 63 more letters, digits or underscores' }]
  }
  if (RESERVED_WORDS.includes(name)) {
    return [{ path, message: `${name} is a word of the constraint language: choose another name` }]
  }
  const twin = earlier.findIndex((other) => other.name === name)
  return twin < 0 ? [] : [{ path, message: `is also the name of parameters[${twin}]: names must differ` }]
}

/** Field -> message; the path is put before it. */
type Problem = readonly [field: string, message: string]

function prefixed(at: string, problems: readonly Problem[]): Fault[] {
  return problems.map(([field, message]) => ({ path: `${at}.${field}`, message }))
}

function checkDefault(parameter: ParameterSpec): Problem[] {
  const message = parameter.default === undefined ? undefined : checkValue(parameter, parameter.default)
  return message === undefined ? [] : [['default', message]]
}

function checkValues(parameter: ParameterSpec): Problem[] {
  switch (parameter.type) {
    case 'ordinal':
      return [...checkList('values', parameter.values), ...checkWeights(parameter, parameter.values)]
    case 'categorical':
      return [...checkList('choices', parameter.choices), ...checkWeights(parameter, parameter.choices)]
    default:
      return checkRange(parameter)
  }
}

function checkList(field: string, values: readonly ParameterValue[]): Problem[] {
  if (values.length === 0) return [[field, 'give at least one value']]
  if (values.length > MAX_VALUES) return [[field, `must have at most ${MAX_VALUES} values`]]
  const problems: Problem[] = []
  values.forEach((value, index) => {
    if (typeof value === 'number' && !Number.isFinite(value))
      problems.push([`${field}[${index}]`, 'must be finite'])
    const first = values.indexOf(value)
    if (first >= 0 && first < index)
      problems.push([`${field}[${index}]`, `is the same as ${field}[${first}]: leave it out`])
  })
  return problems
}

function checkRange(spec: FloatSpec | IntSpec): Problem[] {
  const legal = spec.type === 'int' ? Number.isSafeInteger : Number.isFinite
  const kind = spec.type === 'int' ? 'an integer between -(2^53 - 1) and 2^53 - 1' : 'a finite number'
  const ends = (['min', 'max'] as const).filter((end) => !legal(spec[end]))
  if (ends.length > 0) return ends.map((end): Problem => [end, `must be ${kind}`])
  const problems: Problem[] = []
  if (spec.max > spec.min && spec.max / 2 - spec.min / 2 === 0)
    problems.push(['max', `is too close to min (${spec.min}) to be searched: make them equal`])
  if (spec.min > spec.max) problems.push(['min', `must not be above max (${spec.max})`])
  if (spec.scale !== 'linear' && spec.min <= 0) {
    problems.push(['min', `must be above 0 when scale is ${spec.scale}`])
  }
  return [...problems, ...checkStep(spec), ...checkPrior(spec)]
}

/** A prior never rules a value out, or results could not outweigh it. */
function checkWeights(
  { prior }: OrdinalSpec | CategoricalSpec,
  values: readonly ParameterValue[],
): Problem[] {
  if (!prior) return []
  const { weights } = prior
  if (weights.length !== values.length)
    return [['prior.weights', `must be ${values.length}, one a value: there are ${weights.length}`]]
  return weights.flatMap((weight, index): Problem[] =>
    weight > 0 && weight <= MAX_WEIGHT
      ? []
      : [
          [
            `prior.weights[${index}]`,
            `must be above 0 and at most ${MAX_WEIGHT}: leave out a value that is out of the question`,
          ],
        ],
  )
}

function checkPrior({ prior, min, max }: FloatSpec | IntSpec): Problem[] {
  if (!prior) return []
  const problems: Problem[] = []
  if (!(prior.mean >= min && prior.mean <= max))
    problems.push(['prior.mean', `must be from ${min} to ${max}`])
  if (!(prior.standardDeviation > 0 && Number.isFinite(prior.standardDeviation)))
    problems.push(['prior.standardDeviation', 'must be above 0'])
  return problems
}

// Values of steps are rounded to 15 digits, so that 3 * 0.1 is 0.3.
const FINEST_STEP = 1e-14

function checkStep(spec: FloatSpec | IntSpec): Problem[] {
  const { step, min, max, scale, type } = spec
  if (step === undefined) return []
  if (!(step > 0 && Number.isFinite(step))) return [['step', 'must be above 0']]
  if (type === 'int' && !Number.isSafeInteger(step)) return [['step', 'must be an integer for an int']]
  if (type === 'float' && scale !== 'linear') return [['step', `leave it out when scale is ${scale}`]]
  // An int's step has a default, which a range of one value must not fall over.
  if (max > min && valueCount(spec) < 2) return [['step', `must not be larger than max - min (${max - min})`]]
  const advice = type === 'int' ? 'make it larger, or the range smaller' : 'leave it out'
  const furthest = Math.abs(min) > Math.abs(max) ? min : max
  if (type === 'float' && step < FINEST_STEP * Math.abs(furthest))
    return [['step', `is too small beside ${furthest}, of which 15 digits are told apart: ${advice}`]]
  if (Number.isSafeInteger(valueCount(spec))) return []
  return [['step', `is too small for this range, which has 2^53 values or more: ${advice}`]]
}

function checkCondition(
  { name, when = {} }: ParameterSpec,
  at: string,
  earlier: readonly ParameterSpec[],
  all: readonly ParameterSpec[],
): Fault[] {
  return Object.entries(when).flatMap(([parentName, values]): Fault[] => {
    const path = `${at}.when.${parentName}`
    const parent = earlier.find((other) => other.name === parentName)
    if (!parent) return [{ path, message: missingParent(parentName, name, all) }]
    if (values.length === 0) return [{ path, message: 'give at least one value' }]
    if (values.length > MAX_VALUES) return [{ path, message: `must have at most ${MAX_VALUES} values` }]
    if (valueCount(parent) === Number.POSITIVE_INFINITY) {
      return [
        { path, message: `${parentName} is continuous: a condition needs a parameter with a step or a list` },
      ]
    }
    return values.flatMap((value, index) =>
      checkValue(parent, value) === undefined
        ? []
        : [{ path: `${path}[${index}]`, message: `${parentName} never takes ${quoted(value)}` }],
    )
  })
}

function missingParent(parentName: string, ownName: string, all: readonly ParameterSpec[]): string {
  if (parentName === ownName) return 'a parameter cannot depend on itself'
  const known = all.some((other) => other.name === parentName)
  return known ? `move ${parentName} before this parameter` : `there is no parameter ${parentName}`
}
