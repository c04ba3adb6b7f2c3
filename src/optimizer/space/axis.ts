import {
  type FloatSpec,
  type IntSpec,
  type ParameterSpec,
  type ParameterValue,
  type Scale,
  steppedValue,
  valueCount,
} from '../../domain/search-space.ts'
import { clamp } from '../../math/clamp.ts'

/**
 * One parameter as an axis. A level is what a point holds: the position in [0, 1] of a continuous value, the index
 * of any other. A unit is a position in [0, 1], where equal lengths are equally likely and equally far.
 */
export interface Axis {
  readonly kind: 'continuous' | 'lattice' | 'categorical'
  /** Number of values; Infinity for a continuous axis. */
  readonly count: number
  readonly valueAt: (level: number) => ParameterValue
  readonly levelOf: (value: ParameterValue) => number
  readonly unitAt: (level: number) => number
  /** The level at a unit in [0, 1]. */
  readonly levelAt: (unit: number) => number
}

export function makeAxis(spec: ParameterSpec): Axis {
  switch (spec.type) {
    case 'ordinal':
      return listAxis(spec.values)
    case 'categorical':
      return { ...listAxis(spec.choices), kind: 'categorical' }
    default:
      return valueCount(spec) === Number.POSITIVE_INFINITY
        ? continuousAxis(spec as FloatSpec)
        : steppedAxis(spec)
  }
}

/** How the numbers of a range lie on its axis, those between its values too. */
export function rangeScale(spec: FloatSpec | IntSpec): UnitScale {
  return valueCount(spec) === Number.POSITIVE_INFINITY
    ? unitScale(spec.min, spec.max, spec.scale, spec)
    : cellScale(steppedSpec(spec))
}

function continuousAxis(spec: FloatSpec): Axis {
  const { min, max } = spec
  const { toUnit, fromUnit } = rangeScale(spec)
  return {
    kind: 'continuous',
    count: Number.POSITIVE_INFINITY,
    valueAt: (level) => clamp(fromUnit(level), min, max),
    levelOf: (value) => clamp(toUnit(Number(value)), 0, 1),
    unitAt: (level) => level,
    levelAt: (unit) => unit,
  }
}

/** Each value owns the cell between the midpoints to its neighbours; its unit is where the value lies in it. */
function steppedAxis(spec: FloatSpec | IntSpec): Axis {
  const stepped = steppedSpec(spec)
  const { min, step } = stepped
  const count = valueCount(spec)
  const { toUnit, fromUnit } = cellScale(stepped)
  const levelOf = (value: number) => clamp(Math.round((value / 2 - min / 2) / (step / 2)), 0, count - 1)
  return {
    kind: 'lattice',
    count,
    // A range of more than 2^53 values has levels that are not exact.
    valueAt: (level) => Math.min(steppedValue(stepped, level), spec.max),
    levelOf: (value) => levelOf(Number(value)),
    unitAt: tabulated(count, (level) => toUnit(steppedValue(stepped, level))),
    levelAt: (unit) => levelOf(fromUnit(unit)),
  }
}

type SteppedSpec = (FloatSpec | IntSpec) & { readonly step: number }

/** A float of a single value needs no step. */
function steppedSpec(spec: FloatSpec | IntSpec): SteppedSpec {
  return { ...spec, step: spec.step ?? 1 }
}

/** From the lower end of the first value's cell to the upper end of the last one's. */
function cellScale(stepped: SteppedSpec): UnitScale {
  const { min, step, scale } = stepped
  const top = steppedValue(stepped, valueCount(stepped) - 1)
  // On a log scale the lowest cell must not reach 0.
  const low = scale === 'linear' ? min - step / 2 : Math.max(min - step / 2, min / 2)
  return unitScale(low, top + step / 2, scale, { min, max: top })
}

/**
 * Values by their place in a list, all equally far apart, whatever numbers they are: who lists 0, 1e-5, 1e-4, 1e-3 or
 * 32, 64, 128, 512 means steps of a kind.
 */
export function listAxis(values: readonly ParameterValue[]): Axis {
  const count = values.length
  return {
    kind: 'lattice',
    count,
    valueAt: (level) => values[level]!,
    levelOf: (value) => Math.max(values.indexOf(value), 0),
    unitAt: (level) => (level + 0.5) / count,
    levelAt: (unit) => clamp(Math.floor(unit * count), 0, count - 1),
  }
}

export interface UnitScale {
  /** Of the axis, in the unit of its scale, which is that of logarithms where it takes them. The whole may overflow. */
  readonly halfLength: number
  readonly toUnit: (value: number) => number
  readonly fromUnit: (unit: number) => number
}

/**
 * @param mirror `reverseLog` is the log scale of the value's mirror image between these two, which makes it fine
 *   near the upper end.
 */
function unitScale(low: number, high: number, scale: Scale, mirror: { min: number; max: number }): UnitScale {
  if (scale === 'linear') return linearScale(low, high)
  const log = logScale(low, high)
  if (scale === 'log') return log
  const reflect = (value: number) => mirror.max - value + mirror.min
  return {
    halfLength: log.halfLength,
    toUnit: (value) => 1 - log.toUnit(reflect(value)),
    fromUnit: (unit) => reflect(log.fromUnit(1 - unit)),
  }
}

/** By halves and weighted ends, so that a range from -1e308 to 1e308 does not overflow. */
function linearScale(low: number, high: number): UnitScale {
  return {
    halfLength: high / 2 - low / 2,
    toUnit: (value) => (value / 2 - low / 2) / (high / 2 - low / 2),
    fromUnit: (unit) => low * (1 - unit) + high * unit,
  }
}

function logScale(low: number, high: number): UnitScale {
  const [logLow, logHigh] = [Math.log(low), Math.log(high)]
  return {
    halfLength: (logHigh - logLow) / 2,
    toUnit: (value) => (Math.log(value) - logLow) / (logHigh - logLow),
    // The ends are exact; everything between is within rounding.
    fromUnit: (unit) => {
      if (unit <= 0 || unit >= 1) return unit <= 0 ? low : high
      return Math.exp(logLow * (1 - unit) + logHigh * unit)
    },
  }
}

const LONGEST_TABLE = 10_000

/** The same, each level computed once, where there are not too many: a proposal asks for thousands. */
function tabulated(count: number, unitAt: (level: number) => number): (level: number) => number {
  if (count > LONGEST_TABLE) return unitAt
  const units: number[] = []
  return (level) => {
    units[level] ??= unitAt(level)
    return units[level]
  }
}
