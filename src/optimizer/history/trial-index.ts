import type { ParameterValue, ParameterValues } from '../../domain/search-space.ts'
import type { Trial } from '../../domain/trial.ts'
import {
  activity,
  type Dimension,
  decode,
  type EncodedSpace,
  encodeOnce,
  type Point,
  rememberByObject,
} from '../space/encode.ts'

/** Trials by what tells most of them apart. */
interface TrialIndex {
  /** Those that were asked for last. */
  trials: readonly Trial[]
  /** Values of the trials that are in it, in their order. */
  readonly params: ParameterValues[]
  /** Positions in `params`, ascending. */
  readonly positions: Map<number, number[]>
}

/** By the values of the first trial: a study goes on from them, and a space may be kept for longer than its trials. */
const indexOf = rememberByObject(
  (_: EncodedSpace, _first: ParameterValues): TrialIndex => ({
    trials: [],
    params: [],
    positions: new Map(),
  }),
)

/** Looks trials up; a point stands for the values that it decodes to. */
interface TrialFinder {
  readonly withValues: (values: ParameterValues) => readonly Trial[]
  readonly at: (point: Point) => readonly Trial[]
}

/**
 * Finds the trials that have given values. A study's trials only become more, so what was indexed for one proposal serves
 * the next; that it is these trials' is looked at each time, which for 100,000 takes a fraction of a millisecond.
 */
export function findTrials(encoded: EncodedSpace, trials: readonly Trial[]): TrialFinder {
  const keys = chooseKeys(encoded)
  const index = indexOf(encoded, trials[0]?.params ?? {})
  const follow = () => {
    forget(index, firstDifference(index, trials), keys)
    learn(index, trials, keys)
    index.trials = trials
  }
  follow()
  const find = (key: number, valuesOf: () => ParameterValues) => {
    if (index.trials !== trials) follow()
    const alike = index.positions.get(key)
    if (!alike) return []
    const values = valuesOf()
    return alike.flatMap((at) => (isEqual(encoded, trials[at]!.params, values) ? trials[at]! : []))
  }
  return {
    withValues: (values) => find(keys.ofValues(values), () => values),
    at: (point) => find(keys.ofPoint(point), () => decode(encoded, point)),
  }
}

/** Equal where all values are. Of a point it costs far less than the values would. */
interface Keys {
  readonly ofValues: (values: ParameterValues) => number
  readonly ofPoint: (point: Point) => number
}

/** A number that is drawn from a range is seldom drawn twice, and costs nothing to compare. */
function chooseKeys(encoded: EncodedSpace): Keys {
  const at = encoded.dimensions.findIndex(
    ({ count, requirements }) => count === Number.POSITIVE_INFINITY && requirements.length === 0,
  )
  const continuous = encoded.dimensions[at]
  if (!continuous) {
    const ofPoint = (point: Point) => hashOf(encoded, point)
    return { ofValues: (values) => ofPoint(encodeOnce(encoded, values)), ofPoint }
  }
  return {
    ofValues: (values) => Number(values[continuous.name]),
    ofPoint: (point) => Number(continuous.valueAt(point[at]!)),
  }
}

// The level of a value among more of them may be another one's by rounding.
const MOST_LEVELS = 2 ** 32

/** Of the levels of active parameters, by FNV-1a: where values are equal, so are these. */
function hashOf(encoded: EncodedSpace, point: Point): number {
  const { dimensions } = encoded
  const active = encoded.isConditional ? activity(encoded, point) : undefined
  let hash = 0x811c9dc5
  for (let i = 0; i < point.length; i++) {
    const isTold = active?.[i] !== 0 && dimensions[i]!.count <= MOST_LEVELS
    hash = Math.imul(hash ^ (isTold ? point[i]! : -1), 0x01000193)
  }
  return hash
}

/** Most are the very same as when they were asked for last, which is told without a look into them. */
function firstDifference({ params, trials: before }: TrialIndex, trials: readonly Trial[]): number {
  let at = 0
  while (at < params.length && (before[at] === trials[at] || params[at] === trials[at]?.params)) at++
  return at
}

function forget({ params, positions }: TrialIndex, from: number, keys: Keys): void {
  while (params.length > from) {
    const key = keys.ofValues(params.pop()!)
    const alike = positions.get(key)!
    alike.pop()
    if (alike.length === 0) positions.delete(key)
  }
}

function learn({ params, positions }: TrialIndex, trials: readonly Trial[], keys: Keys): void {
  for (let at = params.length; at < trials.length; at++) {
    const values = trials[at]!.params
    const key = keys.ofValues(values)
    const alike = positions.get(key)
    if (alike) alike.push(at)
    else positions.set(key, [at])
    params.push(values)
  }
}

function isEqual({ dimensions }: EncodedSpace, a: ParameterValues, b: ParameterValues): boolean {
  for (const dimension of dimensions)
    if (!isSame(dimension, a[dimension.name], b[dimension.name])) return false
  return true
}

/** 0.1 + 0.2 is told where steps of 0.1 have 0.3. */
function isSame({ count, levelOf }: Dimension, a?: ParameterValue, b?: ParameterValue): boolean {
  if (a === b || a === undefined || b === undefined) return a === b
  return count <= MOST_LEVELS && levelOf(a) === levelOf(b)
}
