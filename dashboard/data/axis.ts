import type { Objective } from '../../src/domain/metric.ts'
import { isTakenByLogarithm } from '../../src/optimizer/space/wide-ranges.ts'
import { formatValue } from './format.ts'
import { usefulRange } from './history.ts'
import type { Parameter, Value } from './types.ts'

/** Where values lie between 0 and 1, and the marks of such an axis. */
export interface Axis extends Scale {
  readonly name: string
}

/** An axis of whatever. */
export interface Scale {
  readonly position: (value: Value) => number
  readonly ticks: readonly { readonly at: number; readonly label: string }[]
}

/** A metric without a goal is only recorded. */
export type AxisMetric = Partial<Pick<Objective, 'goal' | 'scale'>>

export function parameterAxis(parameter: Parameter): Scale {
  if (parameter.type === 'categorical' || parameter.type === 'ordinal') {
    return listAxis(parameter.type === 'categorical' ? parameter.choices : parameter.values)
  }
  const { type, min, max, scale } = parameter
  if (scale === 'log' || isTakenByLogarithm(parameter)) return logAxis(min, max)
  return linearAxis(min, max, type === 'int' ? 1 : 0)
}

/** Of an objective, wide enough for most of its values and for all of its best. */
export function objectiveAxis({ goal, scale }: AxisMetric, values: readonly number[]): Scale {
  if (scale !== 'log') return linearAxis(...usefulRange(values, goal))
  const exponents = values.flatMap((value) => (value > 0 ? [Math.log10(value)] : []))
  const [low, high] = usefulRange(exponents, goal)
  return logAxis(10 ** low, 10 ** high)
}

function listAxis(values: readonly Value[]): Scale {
  const at = (index: number) => (index + 0.5) / values.length
  return {
    position: (value) => at(values.indexOf(value)),
    ticks: values.map((value, i) => ({ at: at(i), label: formatValue(value) })),
  }
}

/** @param stepMin between marks: 1 where only whole numbers mean something */
export function linearAxis(min: number, max: number, stepMin = 0): Scale {
  const width = max - min || 1
  const step = Math.max(stepMin, niceStep(width / 3))
  const first = Math.ceil(min / step - 1e-9)
  const count = Math.max(0, Math.floor(max / step + 1e-9) - first + 1)
  const marks = Array.from({ length: count }, (_, i) => (first + i) * step)
  return {
    position: (value) => (Number(value) - min) / width,
    ticks: marks.map((mark) => ({
      at: (mark - min) / width,
      label: formatMark(mark, step),
    })),
  }
}

/** With as many digits as tell it from the next one. */
function formatMark(mark: number, step: number): string {
  const digits = mark === 0 ? 1 : Math.ceil(Math.log10(Math.abs(mark) / step)) + 1
  return formatValue(Number(mark.toPrecision(12)), Math.max(4, Math.min(digits, 12)))
}

export function logAxis(min: number, max: number): Scale {
  const [low, high] = [Math.log10(min), Math.log10(max)]
  const width = high - low || 1
  const decades = Array.from(
    { length: Math.floor(high + 1e-9) - Math.ceil(low - 1e-9) + 1 },
    (_, i) => Math.ceil(low - 1e-9) + i,
  )
  const every = Math.ceil(decades.length / 6)
  const exponents = decades.length >= 2 ? decades.filter((_, i) => i % every === 0) : [low, high]
  return {
    position: (value) => (Math.log10(Number(value)) - low) / width,
    ticks: exponents.map((exponent) => ({
      at: (exponent - low) / width,
      label: formatValue(Number((10 ** exponent).toPrecision(3))),
    })),
  }
}

/** The largest of 1, 2 or 5 times a power of ten that is not above a width. */
function niceStep(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width))
  const factor = [5, 2, 1].find((one) => one * power <= width) ?? 1
  return factor * power
}
