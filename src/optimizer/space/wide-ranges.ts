import type { FloatSpec, IntSpec, ParameterSpec, SearchSpace } from '../../domain/search-space.ts'

/** Three decades, but for the rounding of such a quotient. */
const WIDE = 1000 * (1 - 1e-9)

/** Whether nearly all of a range lies in the highest of its three decades or more. */
export function isLinearOverMagnitudes(spec: ParameterSpec): spec is FloatSpec | IntSpec {
  if (spec.type !== 'float' && spec.type !== 'int') return false
  return spec.scale === 'linear' && spec.min > 0 && spec.max / spec.min >= WIDE
}

const known = new WeakMap<SearchSpace, SearchSpace>()

/**
 * The space as who learns from results looks at it: a linear range of three decades or more by its logarithm, since steps or
 * length scales on the plain axis cannot tell its lower decades apart. What has a step or a prior stays: these are in the
 * parameter's own unit. The same space always gives the same object, itself where there is no such range.
 */
export function withLogarithms(space: SearchSpace): SearchSpace {
  const seen = known.get(space) ?? rescaled(space)
  known.set(space, seen)
  return seen
}

function rescaled(space: SearchSpace): SearchSpace {
  if (!space.parameters.some(isTakenByLogarithm)) return space
  const parameters = space.parameters.map((spec) =>
    isTakenByLogarithm(spec) ? { ...spec, scale: 'log' as const } : spec,
  )
  return { ...space, parameters }
}

/** Whether a linear parameter is searched by its logarithm. */
export function isTakenByLogarithm(spec: ParameterSpec): spec is FloatSpec | IntSpec {
  if (!isLinearOverMagnitudes(spec) || spec.prior) return false
  return spec.step === (spec.type === 'int' ? 1 : undefined)
}
