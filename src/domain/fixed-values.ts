import type { Fault } from './errors.ts'
import {
  checkValue,
  describeCondition,
  type ParameterSpec,
  type ParameterValue,
  type ParameterValues,
  type SearchSpace,
} from './search-space.ts'

/** Parameter -> the values that it may have; of others nothing is said. */
type ValuesLeft = ReadonlyMap<string, readonly ParameterValue[]>

/** What keeps the values from being those of some parameters, all of them active. */
export function checkFixed(space: SearchSpace, fixed: ParameterValues): Fault[] {
  const faults = Object.entries(fixed).flatMap(([name, value]) => {
    const spec = space.parameters.find((other) => other.name === name)
    const message = spec ? checkValue(spec, value) : 'is not a parameter of this study: leave it out'
    return message === undefined ? [] : [{ path: `fix.${name}`, message }]
  })
  if (faults.length > 0) return faults
  const { contradiction } = valuesLeft(space, fixed)
  if (!contradiction) return []
  const message = `is not active with the other values, because ${describeCondition(contradiction)}: leave it out`
  return [{ path: `fix.${contradiction.name}`, message }]
}

/**
 * What fixing some parameters leaves to them and to those by whose values they are active.
 *
 * @returns contradiction: the first parameter that cannot be active together with those before it.
 */
export function valuesLeft(
  { parameters }: SearchSpace,
  fixed: ParameterValues,
): { left: ValuesLeft; contradiction?: ParameterSpec } {
  const left = new Map<string, readonly ParameterValue[]>()
  const specs = new Map(parameters.map((spec) => [spec.name, spec]))

  /** @returns whether there are such values, and the parameter can be active. */
  function keep(name: string, values: readonly ParameterValue[]): boolean {
    const before = left.get(name)
    const kept = before ? before.filter((value) => values.includes(value)) : values
    left.set(name, kept)
    // Its own condition was seen to when it was met first.
    if (before) return kept.length > 0
    return Object.entries(specs.get(name)!.when ?? {}).every(([parent, allowed]) => keep(parent, allowed))
  }

  const contradiction = parameters.find(
    ({ name }) => Object.hasOwn(fixed, name) && !keep(name, [fixed[name]!]),
  )
  return { left, ...(contradiction && { contradiction }) }
}
