import { ownValue } from '../../domain/own-value.ts'
import type { ParameterSpec, ParameterValue, ParameterValues } from '../../domain/search-space.ts'
import { decode, type EncodedSpace, INACTIVE_UNIT } from '../space/encode.ts'

/**
 * Values of one space as values of another: what has the same name is taken over, a number beyond a range becomes its end.
 * What is lacking, or no value of a list, is as in `otherwise`; or it has its default, or lies in the middle.
 */
export function carryOver(
  values: ParameterValues,
  encoded: EncodedSpace,
  otherwise: ParameterValues = {},
): ParameterValues {
  const { dimensions, space } = encoded
  const wanted = space.parameters.map(
    (spec) => legalValue(spec, values) ?? legalValue(spec, otherwise) ?? spec.default,
  )
  const point = Float64Array.from(dimensions, ({ levelOf, levelAt }, i) =>
    wanted[i] === undefined ? levelAt(INACTIVE_UNIT) : levelOf(wanted[i]),
  )
  const carried = Object.entries(decode(encoded, point))
  return Object.fromEntries(carried.map(([name, value]) => [name, exactly(name, value)]))

  /** What has no steps to be rounded to stays as it was, to the last bit. */
  function exactly(name: string, rounded: ParameterValue): ParameterValue {
    const i = dimensions.findIndex((dimension) => dimension.name === name)
    return dimensions[i]!.kind === 'continuous' ? (wanted[i] ?? rounded) : rounded
  }
}

/** The nearest value of a range, the same one of a list; undefined where there is none. */
function legalValue(spec: ParameterSpec, values: ParameterValues): ParameterValue | undefined {
  const value = ownValue(values, spec.name)
  switch (spec.type) {
    case 'ordinal':
      return spec.values.find((known) => known === value)
    case 'categorical':
      return spec.choices.find((known) => known === value)
    default:
      return typeof value === 'number' ? Math.min(Math.max(value, spec.min), spec.max) : undefined
  }
}
