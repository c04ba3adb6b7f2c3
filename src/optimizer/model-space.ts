import type { ParameterSpec, SearchSpace } from '../domain/search-space.ts'

/** Three decades, but for the rounding of such a quotient. */
const WIDE = 1000 * (1 - 1e-9)

/**
 * The space as a Gaussian process looks at it: a positive range from which the ends differ a thousandfold by its
 * logarithm, since one length scale on the plain axis cannot tell its lowest decades apart. What has a step or a prior
 * stays: these are in the parameter's own unit. The same space where there is no such range.
 */
export function toModelSpace(space: SearchSpace): SearchSpace {
  if (!space.parameters.some(isWide)) return space
  const parameters = space.parameters.map((spec) =>
    isWide(spec) ? { ...spec, scale: 'log' as const } : spec,
  )
  return { ...space, parameters }
}

function isWide(spec: ParameterSpec): spec is Extract<ParameterSpec, { type: 'float' | 'int' }> {
  if (spec.type !== 'float' && spec.type !== 'int') return false
  const { type, scale, step, prior, min, max } = spec
  const isPlain = scale === 'linear' && !prior && (type === 'int' ? step === 1 : step === undefined)
  return isPlain && min > 0 && max / min >= WIDE
}
