import type { StudySnapshot } from '../../domain/events.ts'
import { type Objective, objectivesOf, toMinimized } from '../../domain/metric.ts'
import { FEWEST_COMPLETED } from '../../domain/study.ts'
import type { Trial } from '../../domain/trial.ts'
import { comparedAt, promotedOf } from './first-round.ts'
import { bestFrom, type CompletedCurve, completedOf, curveOf, curvesOf } from './learning-curve.ts'
import { expectedOf } from './predict-final.ts'

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
  const objective = objectivesOf(study.definition.metrics)[0]!
  const completed = completedOf(curvesOf(snapshot, objective))
  const redone = promotedOf(trials.filter(({ state }) => state === 'completed'))
  return trials.map((trial) => {
    if (redone.has(trial.number)) return { ...trial, state: 'canceled' }
    if (isUnknown(trial)) return { ...trial, ...countingAs(trial, objective, completed) }
    const isAhead = trial.state === 'completed' && completed.length < FEWEST_COMPLETED
    return isAhead ? { ...trial, ...countingBy(step, trial, objective) } : trial
  })
}

function isUnknown({ state, pruning, curve = [] }: Trial): boolean {
  return state === 'pruned' && pruning !== undefined && !pruning.expected && curve.length > 0
}

function countingAs(trial: Trial, objective: Objective, completed: readonly CompletedCurve[]) {
  const own = curveOf(trial, objective)
  const known = expectedOf(objective, own, completed)
  if (known.expected) return { pruning: { ...trial.pruning!, ...known } }
  return countingBy(own.steps.at(-1)!, trial, objective)
}

/** By the best it had come to by then. */
function countingBy(step: number, trial: Trial, objective: Objective): Pick<Trial, 'pruning'> {
  const value = bestFrom(curveOf(trial, objective), step)
  if (value === undefined) return {}
  const expected = { value: toMinimized(objective, value) + 0, standardError: 0 }
  return { pruning: { step, revision: 0, expected } }
}
