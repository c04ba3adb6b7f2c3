import type { StudyId } from '../../domain/ids.ts'
import { isFeasibleOutcome, missingMetrics, objectivesOf, toAxis } from '../../domain/metric.ts'
import type { ParameterSpec, ParameterValues, SearchSpace } from '../../domain/search-space.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import { MIN_RESULTS } from '../analysis/surrogate.ts'
import { bestAndSpread } from '../surrogates/training.ts'

/** What a study taught, as plain data that another thread understands. */
export interface EarlierStudy {
  readonly id: StudyId
  readonly seed: number
  readonly searchSpace: SearchSpace
  /** In the order of trial numbers, values as models see them: smaller being better. */
  readonly results: readonly { readonly params: ParameterValues; readonly value: number }[]
}

// What is good in thirty studies is found in a second; more results of one tell little more of where it is good.
const RESULTS_MAX = 150

/** Undefined of a study that has too few results within its outcome constraints, or several objectives. */
export function earlierStudy({ study, trials }: StudySnapshot): EarlierStudy | undefined {
  const { metrics, searchSpace, seed } = study.definition
  const [objective, ...others] = objectivesOf(metrics)
  if (others.length > 0) return undefined
  const results = trials.flatMap(({ state, params, metrics: measured = {} }) => {
    const isResult = state === 'completed' && missingMetrics(metrics, measured).length === 0
    if (!isResult || !isFeasibleOutcome(metrics, measured)) return []
    return [{ params, value: toAxis(objective!, measured[objective!.name]!) }]
  })
  if (results.length < MIN_RESULTS) return undefined
  const values = results.map(({ value }) => value)
  const kept = bestAndSpread(values, RESULTS_MAX).map((i) => results[i]!)
  return { id: study.id, seed, searchSpace, results: kept }
}

/** Whether another space has parameters enough of this one for its studies to say where to begin: half of them. */
export function sharesParameters(space: SearchSpace, other: SearchSpace): boolean {
  const shared = space.parameters.filter((spec) =>
    other.parameters.some((known) => known.name === spec.name && isRange(known) === isRange(spec)),
  )
  return shared.length > 0 && shared.length * 2 >= space.parameters.length
}

function isRange({ type }: ParameterSpec): boolean {
  return type === 'float' || type === 'int'
}
