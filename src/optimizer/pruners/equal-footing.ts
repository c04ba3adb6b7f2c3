import type { Metric } from '../../domain/metric.ts'
import { FEWEST_COMPLETED } from '../../domain/study.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Trial } from '../../domain/trial.ts'
import { comparedAt, promotedOf } from './first-round.ts'
import { type CompletedCurve, completedOf, curveOf, curvesOf, standingFrom } from './learning-curve.ts'
import { expectedOf } from './predict-final.ts'
import { inOwnUnits } from './standing.ts'

/**
 * The trials of a study with a first round as they count beside each other. Those that were given up before anybody knew
 * where curves lead count by what they would have come to as far as it is known now; until it is, the completed ones
 * count by what they had come to by the same step. One that was run again does not count beside that.
 */
export function onEqualFooting(snapshot: StudySnapshot): readonly Trial[] {
  const { study, trials } = snapshot
  const step = comparedAt(study.definition)
  const promoted = promotedOf(trials)
  if (step === undefined || (promoted.size === 0 && !trials.some(isUnknown))) return trials
  const { metrics } = study.definition
  const completed = completedOf(curvesOf(snapshot))
  const redone = promotedOf(trials.filter(({ state }) => state === 'completed'))
  return trials.map((trial) => {
    if (redone.has(trial.number)) return { ...trial, state: 'canceled' }
    if (isUnknown(trial)) return { ...trial, ...countingAs(trial, metrics, completed) }
    const isAhead = trial.state === 'completed' && completed.length < FEWEST_COMPLETED
    return isAhead ? { ...trial, ...countingBy(step, trial, metrics) } : trial
  })
}

function isUnknown({ state, pruning, curve = [] }: Trial): boolean {
  return state === 'pruned' && pruning !== undefined && !pruning.expected && curve.length > 0
}

function countingAs(trial: Trial, metrics: readonly Metric[], completed: readonly CompletedCurve[]) {
  const own = curveOf(trial, metrics)
  const known = expectedOf(metrics, own, completed)
  if (known.expected) return { pruning: { ...trial.pruning!, ...known } }
  return countingBy(own.steps.at(-1)!, trial, metrics)
}

/** By the best it had come to by then. */
function countingBy(step: number, trial: Trial, metrics: readonly Metric[]): Pick<Trial, 'pruning'> {
  const standing = standingFrom(curveOf(trial, metrics), step)
  if (standing === undefined || standing === 'failed') return {}
  const exact = standing.map(() => 0)
  return { pruning: { step, revision: 0, expected: inOwnUnits(metrics, standing, exact) } }
}
