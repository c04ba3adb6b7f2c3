import type { Metric } from '../../domain/metric.ts'
import type { StudyDefinition } from '../../domain/study.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Trial } from '../../domain/trial.ts'
import { completedOf, curveOf, curvesOf, type LearningCurve, standingFrom } from './learning-curve.ts'
import { minTrialsOf } from './pruner.ts'
import { scoreStandings } from './standing.ts'

/*
 * How `auto` begins where it is known how long a whole training is. Before some have completed nothing says where a curve
 * leads, so the first trials are compared after a seventh of it: who is among the best quarter of those that came so far
 * goes on to the end, the others are given up. As more come, one that was given up may be among the best quarter after
 * all: it is promoted, which is to run again and to its end (asynchronous successive halving with one rung, Li et al., "A
 * system for massively parallel hyperparameter tuning", MLSys 2020). From scratch, for not every training can be taken up.
 */
const REDUCTION_FACTOR = 4
const STEPS_SHARE = 7
// Where few trials are to come, few of them may be short.
const TRIALS_SHARE = 3

/** The step by which the first trials are compared; undefined in a study that has no such round. */
export function comparedAt({ pruner }: StudyDefinition): number | undefined {
  if (pruner.kind !== 'auto' || pruner.maxSteps === undefined) return undefined
  const { maxSteps, minSteps = Math.ceil(maxSteps / STEPS_SHARE) } = pruner
  return minSteps < maxSteps ? minSteps : undefined
}

/** Whether what comes next depends on more than how trials ended. */
export function goesByCurves(definition: StudyDefinition): boolean {
  return comparedAt(definition) !== undefined
}

/** Why a trial of the first round is given up after its last step; undefined while it goes on. */
export function whyNotPromoted(
  { study: { definition }, trials }: StudySnapshot,
  number: number,
  own: LearningCurve,
): string | undefined {
  const step = comparedAt(definition)
  const isPromoted = trials[number]?.origin.promotedFrom !== undefined
  if (step === undefined || !hasJustCome(own, step) || isPromoted) return undefined
  const { metrics } = definition
  const rivals = rivalsBy(step, trials, metrics).filter((rival) => rival.number !== number)
  const count = rivals.length + 1
  if (count > mostShort(definition)) return undefined
  const [mine, ...scores] = scoreStandings(metrics, [
    own.standings.at(-1)!,
    ...rivals.map(({ standing }) => standing),
  ])
  const better = scores.filter((score) => score < mine!).length
  if (better < placesOf(count)) return undefined
  return `After step ${own.steps.at(-1)} it was number ${better + 1} of the first ${count}, of which the best quarter goes on.`
}

/**
 * The best trial that was given up in the first round, and is to be trained to its end after all.
 *
 * @param isUsedUp whether no other values are left to be tried: then every one is, the best first.
 */
export function nextPromotion(snapshot: StudySnapshot, isUsedUp = false): Trial | undefined {
  const { study, trials } = snapshot
  const step = comparedAt(study.definition)
  if (step === undefined) return undefined
  const { metrics, pruner } = study.definition
  if (completedOf(curvesOf(snapshot)).length >= minTrialsOf(pruner)) return undefined
  const rivals = rivalsBy(step, trials, metrics)
  const scores = scoreStandings(
    metrics,
    rivals.map(({ standing }) => standing),
  )
  const ranked = rivals
    .map((rival, i) => ({ ...rival, score: scores[i]! }))
    .sort((a, b) => a.score - b.score || a.number - b.number)
  const promoted = promotedOf(trials)
  const next = ranked
    .slice(0, isUsedUp ? ranked.length : placesOf(ranked.length))
    .find(({ number, isShort }) => isShort && !promoted.has(number))
  return next && trials[next.number]
}

/** Numbers of the trials that others run again. */
export function promotedOf(trials: readonly Trial[]): ReadonlySet<number> {
  return new Set(trials.flatMap(({ origin }) => origin.promotedFrom ?? []))
}

/** Whether the last report is the first one by a step or beyond it. */
function hasJustCome({ steps }: LearningCurve, step: number): boolean {
  return (steps.at(-1) ?? 0) >= step && (steps.at(-2) ?? 0) < step
}

/** How many trials may be short; none where that would be too few for one of them to go on. */
function mostShort({ limits: { trials = Number.POSITIVE_INFINITY } }: StudyDefinition): number {
  const most = Math.floor(trials / TRIALS_SHARE)
  return most < REDUCTION_FACTOR ? 0 : most
}

function placesOf(count: number): number {
  return Math.floor(count / REDUCTION_FACTOR)
}

/** All that came to a step, or failed; one that runs again is no other. */
function rivalsBy(step: number, trials: readonly Trial[], metrics: readonly Metric[]) {
  return trials.flatMap((trial) => {
    if (trial.origin.promotedFrom !== undefined) return []
    const curve = curveOf(trial, metrics)
    const standing = standingFrom(curve, step)
    if (standing === undefined) return []
    // One that its user gave up elsewhere is not meant.
    const isShort = trial.state === 'pruned' && hasJustCome(curve, step)
    return { number: trial.number, standing, isShort }
  })
}
