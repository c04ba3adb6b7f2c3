import type { Diagnostic } from '../../domain/diagnostic.ts'
import { constraintsOf, objectivesOf, violationOf } from '../../domain/metric.ts'
import { isStudyFinished } from '../../domain/study.ts'
import type { Trial } from '../../domain/trial.ts'
import { samplerSpace } from '../sampler-space.ts'
import { encodeSpace } from '../space/encode.ts'
import { isLinearOverMagnitudes } from '../space/wide-ranges.ts'
import { bestOnBound } from './best-on-bound.ts'
import { type Check, type Examined, MIN_DIAGNOSED } from './diagnostic.ts'
import { valuesDecadesApart } from './values-decades-apart.ts'

/** A linter for studies: warnings first. */
export function diagnose(study: Examined): Diagnostic[] {
  const found = CHECKS.flatMap((check) => check(study))
  return found.sort((a, b) => Number(b.severity === 'warning') - Number(a.severity === 'warning'))
}

const linearOverMagnitudes: Check = ({ study }) =>
  samplerSpace(study.definition).parameters.flatMap((spec): Diagnostic[] => {
    if (!isLinearOverMagnitudes(spec)) return []
    const { name, min, max } = spec
    const message = `${name} goes from ${min} to ${max} on a linear scale, so nearly all trials have it above ${max / 10}: "scale": "log" tries small values too.`
    return [{ code: 'linear-over-magnitudes', severity: 'hint', parameter: name, message }]
  })

// Below this share a parameter can be fixed without a loss that anybody would notice.
const UNIMPORTANT = 0.01
const RESULTS_FOR_IMPORTANCE = 30

const unimportantParameters: Check = ({ ranked, importance }) => {
  if (ranked.length < RESULTS_FOR_IMPORTANCE || importance.length < 2) return []
  return importance.flatMap(({ parameter, total }) => {
    if (total >= UNIMPORTANT) return []
    const message = `${parameter} explains ${(100 * total).toFixed(1)} % of the differences: fix it, and spend the trials on the others.`
    return [{ code: 'unimportant-parameter', severity: 'hint', parameter, message }]
  })
}

const MANY = 0.2
const MIN_FAILURES = 5

const manyFailures: Check = ({ trials }) => {
  const failed = trials.filter(hasFailed).length
  const ended = trials.filter(({ state }) => state === 'completed').length + failed
  if (failed < MIN_FAILURES || failed <= MANY * ended) return []
  const reasons = countBy(trials.filter(hasFailed).map(({ reason = 'no reason given' }) => reason))
  const message = `${failed} of ${ended} trials failed, most often: "${reasons[0]![0]}". Rule such values out by a constraint or narrower ranges.`
  return [{ code: 'many-failures', severity: 'warning', message }]
}

const FAILING = 0.9

/** A choice nearly all of whose trials fail, while others do not. */
const failingValues: Check = ({ study, trials }) =>
  study.definition.searchSpace.parameters.flatMap((spec): Diagnostic[] => {
    if (spec.type !== 'categorical' && spec.type !== 'ordinal') return []
    const values = spec.type === 'categorical' ? spec.choices : spec.values
    const all = trials.filter(({ state }) => state === 'completed' || hasFailed({ state }))
    return values.flatMap((value) => {
      const ended = all.filter(({ params }) => params[spec.name] === value)
      const failed = ended.filter(hasFailed).length
      if (failed < MIN_FAILURES || failed < FAILING * ended.length) return []
      const others = all.filter(({ params }) => params[spec.name] !== value)
      if (others.filter(hasFailed).length >= FAILING * others.length) return []
      const message = `${failed} of ${ended.length} trials with ${spec.name} = ${JSON.stringify(value)} failed: remove that value, or find out why.`
      return [{ code: 'failing-value', severity: 'warning', parameter: spec.name, message }]
    })
  })

const neverFeasible: Check = ({ study, trials }) => {
  const completed = trials.filter(({ state, metrics }) => state === 'completed' && metrics)
  if (completed.length < MIN_DIAGNOSED) return []
  return constraintsOf(study.definition.metrics).flatMap((constraint): Diagnostic[] => {
    const { name } = constraint
    if (completed.some(({ metrics }) => violationOf(constraint, metrics![name]) === 0)) return []
    const message = `None of ${completed.length} completed trials kept ${name} within its bounds: loosen them, or widen the search space.`
    return [{ code: 'never-feasible', severity: 'warning', message }]
  })
}

const noDifference: Check = ({ study, trials }) => {
  const completed = trials.filter(({ state, metrics }) => state === 'completed' && metrics)
  if (completed.length < MIN_DIAGNOSED) return []
  return objectivesOf(study.definition.metrics).flatMap(({ name }): Diagnostic[] => {
    const values = new Set(completed.map(({ metrics }) => metrics![name]))
    if (values.size > 1) return []
    const message = `${name} is the same in all ${completed.length} completed trials: nothing can be learned from it. Is it measured?`
    return [{ code: 'no-difference', severity: 'warning', message }]
  })
}

const STALE_RESULTS = 30

const noProgress: Check = ({ study, ranked }) => {
  const best = study.bestTrial
  if (best === undefined) return []
  const since = ranked.filter(({ number }) => number > best).length
  if (since < STALE_RESULTS || since < 2 * (best + 1)) return []
  const message = `No better trial in the ${since} since trial ${best}: see /stopping-advice, or widen the search space.`
  return [{ code: 'no-progress', severity: 'hint', message }]
}

const smallBudget: Check = ({ study }) => {
  if (isStudyFinished(study.state)) return []
  const { searchSpace, limits } = study.definition
  const d = encodeSpace(searchSpace).free.length
  if (limits.trials === undefined || limits.trials >= 5 * d) return []
  const message = `${limits.trials} trials are few for ${d} parameters: give at least ${5 * d}, or search fewer of them.`
  return [{ code: 'small-budget', severity: 'hint', message }]
}

const CHECKS: readonly Check[] = [
  bestOnBound,
  manyFailures,
  failingValues,
  neverFeasible,
  noDifference,
  valuesDecadesApart,
  linearOverMagnitudes,
  unimportantParameters,
  noProgress,
  smallBudget,
]

function hasFailed({ state }: Pick<Trial, 'state'>): boolean {
  return state === 'failed' || state === 'infeasible'
}

/** Most frequent first. */
function countBy(texts: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}
