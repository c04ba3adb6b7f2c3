import type { ParameterSpec, ParameterValue, ParameterValues } from '../../domain/search-space.ts'
import { decode, type EncodedSpace, INACTIVE_UNIT } from '../encode.ts'

/**
 * Values of one space as values of another: what has the same name is taken over, a number beyond a range becomes its end.
 * What is lacking, or no value of a list, is as in `otherwise`; or it has its default, or lies in the middle.
 */
export function carryOver(
  values: ParameterValues,
  encoded: EncodedSpace,
  otherwise: ParameterValues = {},
): ParameterValues {
  const point = Float64Array.from(encoded.dimensions, ({ name, levelOf, levelAt }, index) => {
    const spec = encoded.space.parameters[index]!
    const known = [values, otherwise].flatMap((source) =>
      Object.hasOwn(source, name) ? (legalValue(spec, source[name]!) ?? []) : [],
    )
    const value = known[0] ?? spec.default
    return value === undefined ? levelAt(INACTIVE_UNIT) : levelOf(value)
  })
  return decode(encoded, point)
}

/** The nearest value of a range, the same one of a list; undefined where there is none. */
function legalValue(spec: ParameterSpec, value: ParameterValue): ParameterValue | undefined {
  switch (spec.type) {
    case 'ordinal':
      return spec.values.find((known) => known === value)
    case 'categorical':
      return spec.choices.find((known) => known === value)
    default:
      return typeof value === 'number' ? Math.min(Math.max(value, spec.min), spec.max) : undefined
  }
}
