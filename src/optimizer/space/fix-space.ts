import { valuesLeft } from '../../domain/fixed-values.ts'
import type {
  ChoicePrior,
  ParameterSpec,
  ParameterValue,
  ParameterValues,
  SearchSpace,
} from '../../domain/search-space.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'

type ValuesLeft = ReturnType<typeof valuesLeft>['left']

/**
 * A study as one who fixes some parameters sees it: the part of the space where they are active and have these values,
 * and the trials that lie in it.
 */
export function fixParameters(snapshot: StudySnapshot, fixed: ParameterValues): StudySnapshot {
  const { study, trials } = snapshot
  const { searchSpace } = study.definition
  const { left } = valuesLeft(searchSpace, fixed)
  const definition = { ...study.definition, searchSpace: narrowSpace(searchSpace, left) }
  return {
    ...snapshot,
    study: { ...study, definition },
    trials: trials.filter(({ params }) => agrees(params, left)),
  }
}

function agrees(params: ParameterValues, left: ValuesLeft): boolean {
  return [...left].every(([name, values]) => Object.hasOwn(params, name) && values.includes(params[name]!))
}

/** Without the parameters that can't be active any more. */
function narrowSpace({ parameters, constraints }: SearchSpace, left: ValuesLeft): SearchSpace {
  const kept: ParameterSpec[] = []
  for (const spec of parameters) {
    const when = narrowCondition(spec, left, kept)
    if (!when) continue
    const values = left.get(spec.name)
    kept.push({ ...(values ? narrow(spec, values) : spec), ...(spec.when && { when }) })
  }
  return { parameters: kept, constraints }
}

/** What is left of a condition; undefined when it can't hold. */
function narrowCondition(
  { when = {} }: ParameterSpec,
  left: ValuesLeft,
  kept: readonly ParameterSpec[],
): ParameterSpec['when'] {
  const narrowed = Object.entries(when).map(
    ([parent, values]) =>
      [parent, values.filter((value) => left.get(parent)?.includes(value) ?? true)] as const,
  )
  const canHold = narrowed.every(
    ([parent, values]) => values.length > 0 && kept.some(({ name }) => name === parent),
  )
  return canHold ? Object.fromEntries(narrowed) : undefined
}

/** The part of a list that is left; of a range with a step, its values in order. */
function narrow(spec: ParameterSpec, values: readonly ParameterValue[]): ParameterSpec {
  const isLeft = (value: ParameterValue) => values.includes(value)
  if (values.length > 1 && spec.type === 'categorical')
    return {
      ...spec,
      choices: spec.choices.filter(isLeft),
      ...narrowPrior(spec.prior, spec.choices.map(isLeft)),
    }
  if (values.length > 1 && spec.type === 'ordinal')
    return {
      ...spec,
      values: spec.values.filter(isLeft),
      ...narrowPrior(spec.prior, spec.values.map(isLeft)),
    }
  const inOrder = [...new Set(values)].sort((a, b) => Number(a) - Number(b))
  return { name: spec.name, type: 'ordinal', values: inOrder }
}

function narrowPrior(prior: ChoicePrior | undefined, areLeft: readonly boolean[]): { prior?: ChoicePrior } {
  return prior ? { prior: { weights: prior.weights.filter((_, i) => areLeft[i]) } } : {}
}
