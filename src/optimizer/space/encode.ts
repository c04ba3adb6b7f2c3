import { type Constraint, parseConstraint } from '../../domain/constraint.ts'
import type {
  ParameterSpec,
  ParameterValue,
  ParameterValues,
  SearchSpace,
} from '../../domain/search-space.ts'
import type { Random } from '../../math/random.ts'
import { type Axis, makeAxis } from './axis.ts'

/**
 * A point of a search space: one number a parameter, in the space's order. A continuous parameter holds its
 * position in [0, 1], any other the index of its value. A point is complete: inactive parameters hold a number
 * too, so that a parent may change without its children being lost.
 */
export type Point = Float64Array

interface Requirement {
  readonly parent: number
  readonly levels: ReadonlySet<number>
}

export interface Dimension extends Axis {
  readonly name: string
  /** All must hold, their parents being active, for this parameter to be active. */
  readonly requirements: readonly Requirement[]
}

export interface EncodedSpace {
  readonly space: SearchSpace
  readonly dimensions: readonly Dimension[]
  /** Whether some parameters are active by the values of others. */
  readonly isConditional: boolean
  /** Indices of those, and of the others. */
  readonly conditional: readonly number[]
  readonly parents: ReadonlySet<number>
  /** Indices of the dimensions that can vary: what designs and models see. */
  readonly free: readonly number[]
  readonly constraints: readonly Constraint[]
  /** An upper bound of the number of points; Infinity when a parameter is continuous. */
  readonly size: number
}

/** The middle: an inactive numeric parameter is as far from either end. */
export const INACTIVE_UNIT = 0.5

/** @param space without faults; see check-search-space.ts. */
export function encodeSpace(space: SearchSpace): EncodedSpace {
  const axes = space.parameters.map(makeAxis)
  const dimensions = space.parameters.map((spec, index) => ({
    ...axes[index]!,
    name: spec.name,
    requirements: requirementsOf(spec, space.parameters, axes),
  }))
  const free = dimensions.flatMap(({ count }, index) => (count > 1 ? [index] : []))
  const size = dimensions.reduce((product, { count }) => product * count, 1)
  const conditional = dimensions.flatMap(({ requirements }, index) =>
    requirements.length > 0 ? [index] : [],
  )
  const isConditional = conditional.length > 0
  const parents = new Set(dimensions.flatMap(({ requirements }) => requirements.map(({ parent }) => parent)))
  const constraints = space.constraints.map(parseConstraint)
  return { space, dimensions, isConditional, conditional, parents, free, constraints, size }
}

function requirementsOf(
  { when = {} }: ParameterSpec,
  parameters: readonly ParameterSpec[],
  axes: readonly Axis[],
): Requirement[] {
  return Object.entries(when).map(([name, values]) => {
    const parent = parameters.findIndex((spec) => spec.name === name)
    return { parent, levels: new Set(values.map((value) => axes[parent]!.levelOf(value))) }
  })
}

/** 1 for each active parameter. */
export function activity({ dimensions, conditional }: EncodedSpace, point: Point): Uint8Array {
  const active = new Uint8Array(dimensions.length).fill(1)
  for (const index of conditional) {
    for (const { parent, levels } of dimensions[index]!.requirements) {
      if (active[parent] !== 1 || !levels.has(point[parent]!)) active[index] = 0
    }
  }
  return active
}

/** The values of the active parameters, in the space's order. */
export function decode(encoded: EncodedSpace, point: Point): ParameterValues {
  const active = activity(encoded, point)
  const values: Record<string, ParameterValue> = {}
  encoded.dimensions.forEach(({ name, valueAt }, index) => {
    if (active[index]) values[name] = valueAt(point[index]!)
  })
  return values
}

/** The point of these values; a parameter without a value is put in the middle. */
export function encode({ dimensions }: EncodedSpace, values: ParameterValues): Point {
  return Float64Array.from(dimensions, ({ name, levelOf, levelAt }) =>
    Object.hasOwn(values, name) ? levelOf(values[name]!) : levelAt(INACTIVE_UNIT),
  )
}

/** The same, remembered by the object that holds the values: those of a trial never change. */
export const encodeOnce = rememberByObject(encode)

/** What is computed of an object, and of a space, once as long as there are both. */
export function rememberByObject<Key extends object, Result>(
  compute: (encoded: EncodedSpace, key: Key) => Result,
): (encoded: EncodedSpace, key: Key) => Result {
  const bySpace = new WeakMap<EncodedSpace, WeakMap<Key, { readonly result: Result }>>()
  return (encoded, key) => {
    const known = bySpace.get(encoded) ?? new WeakMap<Key, { readonly result: Result }>()
    const entry = known.get(key)
    if (entry) return entry.result
    const result = compute(encoded, key)
    bySpace.set(encoded, known.set(key, { result }))
    return result
  }
}

/**
 * The point at a position of the unit cube over the free dimensions; volumes are prior probabilities.
 *
 * @param point of zeros, to be written to.
 */
export function fromUnitCube(
  { dimensions, free }: EncodedSpace,
  unit: ArrayLike<number>,
  point: Point = new Float64Array(dimensions.length),
): Point {
  for (let k = 0; k < free.length; k++) {
    const index = free[k]!
    point[index] = dimensions[index]!.levelAt(unit[k]!)
  }
  return point
}

/** A point drawn from the space; it may break a constraint. */
export function randomPoint(encoded: EncodedSpace, random: Random): Point {
  return fromUnitCube(
    encoded,
    encoded.free.map(() => random.uniform()),
  )
}

export function isFeasible(encoded: EncodedSpace, point: Point): boolean {
  if (encoded.constraints.length === 0) return true
  const values = decode(encoded, point)
  return encoded.constraints.every((constraint) => constraint.violation(values) === 0)
}
