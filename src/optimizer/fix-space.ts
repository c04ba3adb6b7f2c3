import type { StudySnapshot } from '../domain/events.ts'
import { ownValue } from '../domain/own-value.ts'
import type { ParameterSpec, ParameterValues, SearchSpace } from '../domain/search-space.ts'

/**
 * A study as one who fixes some parameters sees it: the part of the space where they have these values, and the trials
 * that lie in it. A parameter that is fixed has one value where it is active.
 */
export function fixParameters(snapshot: StudySnapshot, fixed: ParameterValues): StudySnapshot {
  const { study, trials } = snapshot
  const definition = { ...study.definition, searchSpace: fixSpace(study.definition.searchSpace, fixed) }
  return {
    ...snapshot,
    study: { ...study, definition },
    trials: trials.filter(({ params }) => agrees(params, fixed)),
  }
}

function agrees(params: ParameterValues, fixed: ParameterValues): boolean {
  return Object.entries(fixed).every(
    ([name, value]) => !Object.hasOwn(params, name) || params[name] === value,
  )
}

/** Without the parameters that can't be active any more. */
function fixSpace({ parameters, constraints }: SearchSpace, fixed: ParameterValues): SearchSpace {
  const kept: ParameterSpec[] = []
  for (const spec of parameters) {
    const { name } = spec
    const when = fixCondition(spec, fixed, kept)
    if (!when) continue
    const condition = spec.when && { when }
    const value = ownValue(fixed, name)
    kept.push(
      value === undefined
        ? { ...spec, ...condition }
        : { name, type: 'ordinal', values: [value], ...condition },
    )
  }
  return { parameters: kept, constraints }
}

/** What is left of a condition; undefined when it can't hold. */
function fixCondition(
  { when = {} }: ParameterSpec,
  fixed: ParameterValues,
  kept: readonly ParameterSpec[],
): ParameterSpec['when'] {
  const left = Object.entries(when).map(
    ([parent, values]) =>
      [
        parent,
        Object.hasOwn(fixed, parent) ? values.filter((value) => value === fixed[parent]) : values,
      ] as const,
  )
  const canHold = left.every(
    ([parent, values]) => values.length > 0 && kept.some(({ name }) => name === parent),
  )
  return canHold ? Object.fromEntries(left) : undefined
}
