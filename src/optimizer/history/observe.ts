import {
  constraintsOf,
  errorToAxis,
  isBelowScale,
  type Metric,
  type MetricValues,
  objectivesOf,
  toAxis,
  violationOf,
  wantedMetrics,
} from '../../domain/metric.ts'
import { ownValue } from '../../domain/own-value.ts'
import type { ParameterValues } from '../../domain/search-space.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import { isTrialFinished, type Trial } from '../../domain/trial.ts'
import { onEqualFooting } from '../pruners/equal-footing.ts'
import { type EncodedSpace, encodeOnce, type Point, rememberByObject } from '../space/encode.ts'
import type { History, Measured, Observation } from './history.ts'
import { hasOneScore, scoresOf } from './rank.ts'
import { findTrials } from './trial-index.ts'
import { withoutZeros } from './without-zeros.ts'

/**
 * A pruned trial counts by what it would have come to, as uncertain as that is; where no curve tells, by what it had come
 * to. What was told late of a trial is one more observation, in place of a failure that it disproves. A trial that
 * completed without a finite value of every objective and constraint, on its scale, counts as failed. Canceled trials
 * count as never proposed: nothing was learned, and their values may be proposed again.
 */
export function observe(snapshot: StudySnapshot, encoded: EncodedSpace): History {
  // Each only for a sampler that asks: a study may have 100,000 trials, and a design looks at none of them.
  let results: Pick<History, 'observations' | 'pending'> | undefined
  const learned = () => (results ??= resultsOf({ ...snapshot, trials: onEqualFooting(snapshot) }, encoded))
  return {
    get observations() {
      return learned().observations
    },
    get pending() {
      return learned().pending
    },
    objectives: objectivesOf(snapshot.study.definition.metrics),
    bounds: constraintsOf(snapshot.study.definition.metrics),
    isNew: isNewAmong(snapshot.trials, encoded),
  }
}

function isKept({ state, observations }: Trial): boolean {
  return state !== 'canceled' || observations !== undefined
}

function resultsOf(
  { study, trials }: StudySnapshot,
  encoded: EncodedSpace,
): Pick<History, 'observations' | 'pending'> {
  const { metrics } = study.definition
  const observations: Observation[] = []
  const pending: Point[] = []
  for (const lesson of lessonsOf(trials, metrics, encoded)) {
    if (lesson.awaited) pending.push(lesson.awaited)
    for (const observation of lesson.observations) observations.push(observation)
  }
  return { observations: valued(withoutZeros(observations, metrics), metrics), pending }
}

/** What a trial has taught so far, its value that of the first objective. */
interface Lesson {
  readonly awaited?: Point
  readonly observations: readonly Observation[]
}

interface Lessons {
  metrics: readonly Metric[]
  trials: readonly Trial[]
  lessons: readonly Lesson[]
}

/** By the values of the first trial, as trials are found: trial-index.ts. */
const lessonsBefore = rememberByObject(
  (_: EncodedSpace, _first: ParameterValues): Lessons => ({ metrics: [], trials: [], lessons: [] }),
)

/** Of all trials, in their order: a trial that is the same object as for the last proposal has taught the same. */
function lessonsOf(
  trials: readonly Trial[],
  metrics: readonly Metric[],
  encoded: EncodedSpace,
): readonly Lesson[] {
  const known = lessonsBefore(encoded, trials[0]?.params ?? {})
  const before = known.metrics === metrics ? known.trials : []
  const measure = measurerOf(metrics)
  const lessons = trials.map((trial, at) =>
    before[at] === trial ? known.lessons[at]! : lessonOf(trial, measure, encoded),
  )
  // A copy, for the caller's may grow.
  Object.assign(known, { metrics, lessons, trials: trials.slice() } satisfies Lessons)
  return lessons
}

function lessonOf(trial: Trial, measure: Measure, encoded: EncodedSpace): Lesson {
  if (!isKept(trial)) return { observations: [] }
  const point = encodeOnce(encoded, trial.params)
  if (!isTrialFinished(trial.state)) return { awaited: point, observations: [] }
  const observations = outcomesOf(measure, trial).map((outcome) => ({
    point,
    value: outcome.measured?.objectives[0],
    ...outcome,
  }))
  return { observations }
}

function isNewAmong(trials: readonly Trial[], encoded: EncodedSpace): (point: Point) => boolean {
  let tried: ReturnType<typeof findTrials> | undefined
  return (point) => {
    tried ??= findTrials(encoded, trials)
    return !tried.at(point).some(isKept)
  }
}

type Outcome = Pick<Trial, 'state' | 'metrics' | 'standardErrors' | 'pruning'>
type Measure = (outcome: Outcome) => { measured?: Measured }

/** All that was told of a trial; what failed counts only where nothing else is known. */
function outcomesOf(measure: Measure, trial: Trial): { measured?: Measured }[] {
  if (!trial.observations) return [measure(trial)]
  const all = [trial, ...trial.observations].map(measure)
  const known = all.filter(({ measured }) => measured !== undefined)
  return known.length > 0 ? known : [{}]
}

function measurerOf(metrics: readonly Metric[]): Measure {
  const objectives = objectivesOf(metrics)
  const bounds = constraintsOf(metrics)
  const wanted = wantedMetrics(metrics)
  return (outcome) => {
    const { state } = outcome
    if ((state !== 'completed' && state !== 'pruned') || !outcome.metrics) return {}
    const { metrics: values, standardErrors } = expected(outcome, outcome.metrics)
    if (!wanted.every((name) => Number.isFinite(values[name]))) return {}
    if (objectives.some((one) => isBelowScale(one, values[one.name]!))) return {}
    const errorOf = ({ name }: Metric) => ownValue(standardErrors, name) ?? 0
    const measured = {
      objectives: objectives.map((objective) => toAxis(objective, values[objective.name]!)),
      errors: objectives.map((objective) =>
        errorToAxis(objective, values[objective.name]!, errorOf(objective)),
      ),
      bounded: bounds.map(({ name }) => values[name]!),
      boundedErrors: bounds.map(errorOf),
      isFeasible: bounds.every((bound) => violationOf(bound, values[bound.name]) === 0),
    }
    return { measured }
  }
}

/** With what a pruned trial would have come to in place of what it had. */
function expected(
  { standardErrors, pruning }: Outcome,
  metrics: MetricValues,
): { metrics: MetricValues; standardErrors: MetricValues | undefined } {
  if (!pruning?.expected) return { metrics, standardErrors }
  const { expected: known } = pruning
  return {
    metrics: { ...metrics, ...known.metrics },
    standardErrors: { ...standardErrors, ...known.standardErrors },
  }
}

/** The same under values that say which is better where the first objective alone does not. */
function valued(observations: readonly Observation[], metrics: readonly Metric[]): readonly Observation[] {
  if (hasOneScore(metrics)) return observations
  const values = scoresOf(
    metrics,
    observations.flatMap(({ measured }) => measured ?? []),
  )
  let next = 0
  return observations.map((one) => ({ ...one, value: one.measured ? values[next++]! : undefined }))
}
