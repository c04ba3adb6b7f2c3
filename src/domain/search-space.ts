import { parseConstraint } from './constraint.ts'
import type { Fault } from './errors.ts'
import { listed, quoted } from './faults.ts'
import { ownValue } from './own-value.ts'

/**
 * What may be searched. The wire names of the API are the domain's names: there is no second vocabulary.
 * Types here are the normalized form: every default is filled in.
 */
export type ParameterValue = number | string | boolean
export type ParameterValues = Readonly<Record<string, ParameterValue>>

/** Parameter named earlier -> the values of it that make this one active. All entries must hold. */
export type Condition = Readonly<Record<string, readonly ParameterValue[]>>
export type Scale = 'linear' | 'log' | 'reverseLog'

/** Where the user expects the best value: normally distributed on the parameter's scale, cut off at its ends. */
export interface NormalPrior {
  readonly mean: number
  /** In the parameter's unit; on a log scale, of the natural logarithm. */
  readonly standardDeviation: number
}

/** How likely the user takes each value of a list to be the best. */
export interface ChoicePrior {
  /** Above 0, one a value, in their order; only their ratios count. */
  readonly weights: readonly number[]
}

interface NamedSpec {
  readonly name: string
  /** What a trial counts as having had that lacks the parameter: one from before it was added. */
  readonly default?: ParameterValue
  readonly when?: Condition
}
export interface FloatSpec extends NamedSpec {
  readonly type: 'float'
  readonly min: number
  readonly max: number
  readonly scale: Scale
  /** Values are min + k·step; only with scale linear. */
  readonly step?: number
  readonly prior?: NormalPrior
}
export interface IntSpec extends NamedSpec {
  readonly type: 'int'
  readonly min: number
  readonly max: number
  readonly scale: Scale
  /** Values are min + k·step. */
  readonly step: number
  readonly prior?: NormalPrior
}
export interface OrdinalSpec extends NamedSpec {
  readonly type: 'ordinal'
  /** In order; the order is what the optimizer learns from. */
  readonly values: readonly ParameterValue[]
  readonly prior?: ChoicePrior
}
export interface CategoricalSpec extends NamedSpec {
  readonly type: 'categorical'
  readonly choices: readonly ParameterValue[]
  readonly prior?: ChoicePrior
}
export type ParameterSpec = FloatSpec | IntSpec | OrdinalSpec | CategoricalSpec

export interface SearchSpace {
  readonly parameters: readonly ParameterSpec[]
  /** Sources of constraint expressions; see constraint.ts. */
  readonly constraints: readonly string[]
}

/**
 * The parameters that exist under these values, in order: those without a condition, and those whose condition
 * holds on other active parameters.
 */
export function activeParameters(space: SearchSpace, values: ParameterValues): ParameterSpec[] {
  const active = new Set<string>()
  return space.parameters.filter(({ name, when = {} }) => {
    const holds = Object.entries(when).every(
      ([parent, allowed]) =>
        active.has(parent) && Object.hasOwn(values, parent) && allowed.includes(values[parent]!),
    )
    if (holds) active.add(name)
    return holds
  })
}

/**
 * The values, with the default of each active parameter that they lack. Those of a trial of this space lack none;
 * others are from before a parameter was added, or leave out what a default says. The same object where none is lacking.
 */
export function completeParams({ parameters }: SearchSpace, values: ParameterValues): ParameterValues {
  let complete: Record<string, ParameterValue> | undefined
  for (const { name, default: standard, when = {} } of parameters) {
    if (standard === undefined || Object.hasOwn(values, name)) continue
    const known = complete ?? values
    const isActive = Object.entries(when).every(
      ([parent, allowed]) => Object.hasOwn(known, parent) && allowed.includes(known[parent]!),
    )
    if (isActive) complete = { ...known, [name]: standard }
  }
  return complete ?? values
}

/** How many values a parameter can take; Infinity for a float without a step. */
export function valueCount(spec: ParameterSpec): number {
  switch (spec.type) {
    case 'ordinal':
      return spec.values.length
    case 'categorical':
      return spec.choices.length
    default:
      if (spec.min === spec.max) return 1
      if (spec.step === undefined) return Number.POSITIVE_INFINITY
      // Halved, so that the range does not overflow; the slack takes up the rounding of ranges such as 0.3 / 0.1.
      return 1 + Math.floor((spec.max / 2 - spec.min / 2) / (spec.step / 2) + STEP_SLACK)
  }
}

/** How far, in steps, a value may be from a multiple and still count as on it. */
const STEP_SLACK = 1e-6

/** The k-th value of a parameter that has a step, counted from 0; without the digits that rounding adds. */
export function steppedValue(spec: (FloatSpec | IntSpec) & { readonly step: number }, k: number): number {
  const value = spec.min + k * spec.step
  if (spec.type === 'int' || Number.isInteger(value)) return value
  // A sum that should be 0 is left with rounding of the size of its terms.
  if (Math.abs(value) < STEP_SLACK * spec.step) return 0
  return Math.min(Math.max(Number(value.toPrecision(15)), spec.min), spec.max)
}

/** Whether the values are a point of the space: the active parameters, all legal, all constraints satisfied. */
export function contains(space: SearchSpace, values: ParameterValues): boolean {
  return checkParams(space, values).length === 0
}

/** What keeps the values from being a point of the space. @param space without faults; see check-search-space.ts. */
export function checkParams(space: SearchSpace, values: ParameterValues): Fault[] {
  const active = new Set(activeParameters(space, values))
  const known = new Set(space.parameters.map(({ name }) => name))
  const faults = Object.keys(values)
    .filter((name) => !known.has(name))
    .map((name) => ({ path: `params.${name}`, message: 'is not a parameter of this study: leave it out' }))
  for (const spec of space.parameters) faults.push(...checkPresence(spec, active.has(spec), values))
  return faults.length > 0 ? faults : checkConstraints(space, values)
}

function checkPresence(spec: ParameterSpec, active: boolean, values: ParameterValues): Fault[] {
  const path = `params.${spec.name}`
  const value = ownValue(values, spec.name)
  if (value === undefined) return active ? [{ path, message: 'is missing: give it a value' }] : []
  if (!active) return [{ path, message: `is not active, because ${describeCondition(spec)}: leave it out` }]
  const message = checkValue(spec, value)
  return message === undefined ? [] : [{ path, message }]
}

export function describeCondition({ when = {} }: ParameterSpec): string {
  const parts = Object.entries(when).map(
    ([parent, values]) => `${parent} is ${listed(values, quoted, ' or ')}`,
  )
  return `it needs ${parts.join(' and ')}`
}

/** What keeps a value from being one of the parameter; undefined when it is one. */
export function checkValue(spec: ParameterSpec, value: ParameterValue): string | undefined {
  if (spec.type === 'ordinal' || spec.type === 'categorical') {
    const allowed = spec.type === 'ordinal' ? spec.values : spec.choices
    return allowed.includes(value) ? undefined : `must be one of ${listed(allowed, quoted)}`
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number'
  if (value < spec.min || value > spec.max) return `must be from ${spec.min} to ${spec.max}`
  if (spec.type === 'int' && !Number.isInteger(value)) return 'must be an integer'
  if (spec.step === undefined) return undefined
  const steps = (value / 2 - spec.min / 2) / (spec.step / 2)
  const onStep = Math.abs(steps - Math.round(steps)) <= STEP_SLACK
  return onStep ? undefined : `must be ${spec.min} plus a multiple of ${spec.step}`
}

function checkConstraints({ constraints }: SearchSpace, values: ParameterValues): Fault[] {
  return constraints
    .filter((source) => parseConstraint(source).violation(values) > 0)
    .map((source) => ({ path: 'params', message: `must satisfy the constraint ${source}` }))
}
