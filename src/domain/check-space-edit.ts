import { parseConstraint } from './constraint.ts'
import type { Fault } from './errors.ts'
import { listed, quoted } from './faults.ts'
import {
  type Condition,
  checkValue,
  completeParams,
  type ParameterSpec,
  type ParameterValue,
  type SearchSpace,
} from './search-space.ts'
import type { Trial, TrialState } from './trial.ts'

const ELSEWHERE = 'create another study for that, and import the trials that fit'
/** Of these nobody says that their values make sense. */
const WITHOUT_RESULT: readonly TrialState[] = ['failed', 'infeasible', 'canceled']

/**
 * What keeps a study's space from becoming another one while every trial stays one of it: ranges and lists may grow,
 * parameters with a default be added, constraints be dropped, and added where the trials keep to them. Of a study
 * without trials anything may change.
 *
 * @param after without faults of its own; see check-search-space.ts.
 */
export function checkSpaceEdit(before: SearchSpace, after: SearchSpace, trials: readonly Trial[]): Fault[] {
  if (trials.length === 0) return []
  const faults = checkRemoved(before, after)
  after.parameters.forEach((spec, i) => {
    const at = `searchSpace.parameters[${i}]`
    const old = before.parameters.find(({ name }) => name === spec.name)
    const problems = old ? checkChanged(old, spec, before) : checkAdded(spec)
    faults.push(...problems.map(([field, message]) => ({ path: `${at}.${field}`, message })))
  })
  return faults.length > 0 ? faults : checkConstraints(before, after, trials)
}

/** Constraints that were not there: whether one may be added depends on the trials. */
export function addedConstraints(before: SearchSpace, after: SearchSpace): readonly string[] {
  return after.constraints.filter((source) => !before.constraints.includes(source))
}

function checkRemoved(before: SearchSpace, after: SearchSpace): Fault[] {
  const kept = new Set(after.parameters.map(({ name }) => name))
  return before.parameters
    .filter(({ name }) => !kept.has(name))
    .map(({ name }) => ({
      path: 'searchSpace.parameters',
      message: `must keep ${name}, of which trials have values: ${ELSEWHERE}`,
    }))
}

/** Field -> message. */
type Problem = readonly [field: string, message: string]

function checkAdded({ default: standard }: ParameterSpec): Problem[] {
  if (standard !== undefined) return []
  return [['default', 'is missing: say what the trials that are there count as having had']]
}

function checkChanged(old: ParameterSpec, spec: ParameterSpec, before: SearchSpace): Problem[] {
  if (spec.type !== old.type) return [['type', `must stay ${old.type}: ${ELSEWHERE}`]]
  const problems = [...checkValues(old, spec), ...checkCondition(old, spec, before)]
  if (old.default !== undefined && spec.default !== old.default)
    problems.push([
      'default',
      `must stay ${quoted(old.default)}: trials that lack the parameter count as having had it`,
    ])
  return problems
}

function checkValues(old: ParameterSpec, spec: ParameterSpec): Problem[] {
  if ('min' in old && 'min' in spec) return checkRange(old, spec)
  if ('values' in old && 'values' in spec) return checkOrder(old.values, spec.values)
  return 'choices' in old && 'choices' in spec ? checkList('choices', old.choices, spec.choices) : []
}

type RangeSpec = Extract<ParameterSpec, { min: number }>

function checkRange(old: RangeSpec, spec: RangeSpec): Problem[] {
  const problems: Problem[] = []
  for (const field of ['scale', 'step'] as const) {
    if (spec[field] === old[field]) continue
    const message = old[field] === undefined ? 'leave it out, as before' : `must stay ${old[field]}`
    problems.push([field, `${message}: ${ELSEWHERE}`])
  }
  const narrowed = 'for trials may lie there. A range can only grow'
  if (spec.min > old.min) problems.push(['min', `must be at most ${old.min}, ${narrowed}: ${ELSEWHERE}`])
  if (spec.max < old.max) problems.push(['max', `must be at least ${old.max}, ${narrowed}: ${ELSEWHERE}`])
  if (problems.length === 0 && checkValue(spec, old.min) !== undefined)
    problems.push([
      'min',
      `must be ${old.min} minus a multiple of ${spec.step}, or no trial has a legal value`,
    ])
  return problems
}

function checkList(
  field: string,
  old: readonly ParameterValue[],
  values: readonly ParameterValue[],
): Problem[] {
  const missing = old.filter((value) => !values.includes(value))
  if (missing.length === 0) return []
  return [[field, `must keep ${listed(missing, quoted)}, which trials may have: ${ELSEWHERE}`]]
}

function checkOrder(old: readonly ParameterValue[], values: readonly ParameterValue[]): Problem[] {
  const problems = checkList('values', old, values)
  const order = old.map((value) => values.indexOf(value))
  if (problems.length > 0 || order.every((place, i) => i === 0 || place > order[i - 1]!)) return problems
  return [['values', `must keep ${listed(old, quoted)} in this order: ${ELSEWHERE}`]]
}

/** It may come to hold for values of a parent that no trial can have. */
function checkCondition(
  { when: old = {} }: ParameterSpec,
  { when = {} }: ParameterSpec,
  before: SearchSpace,
): Problem[] {
  const isKept =
    sameNames(old, when) &&
    Object.entries(old).every(([parent, values]) => values.every((value) => when[parent]!.includes(value)))
  if (!isKept)
    return [['when', `must stay ${JSON.stringify(old)}, but for choices that are new: ${ELSEWHERE}`]]
  return Object.entries(when).flatMap(([parent, values]) => {
    const spec = before.parameters.find(({ name }) => name === parent)!
    const had = values.filter(
      (value) => !old[parent]!.includes(value) && checkValue(spec, value) === undefined,
    )
    return had.map(
      (value): Problem => [
        `when.${parent}`,
        `must not name ${quoted(value)}: trials with it have no value of this parameter`,
      ],
    )
  })
}

function sameNames(a: Condition, b: Condition): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name))
}

function checkConstraints(before: SearchSpace, after: SearchSpace, trials: readonly Trial[]): Fault[] {
  const judged = trials.filter(({ state }) => !WITHOUT_RESULT.includes(state))
  return addedConstraints(before, after).flatMap((source) => {
    const constraint = parseConstraint(source)
    const broken = judged.filter(({ params }) => constraint.violation(completeParams(after, params)) > 0)
    const [first, ...others] = broken
    if (!first) return []
    const more = others.length > 0 ? ` (and ${others.length} more)` : ''
    const path = `searchSpace.constraints[${after.constraints.indexOf(source)}]`
    return [{ path, message: `is broken by trial ${first.number}${more}: ${ELSEWHERE}` }]
  })
}
