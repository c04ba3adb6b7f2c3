import { HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import { isFeasibleOutcome } from '../domain/metric.ts'
import type { Trial } from '../domain/trial.ts'
import { mean } from '../math/stats.ts'
import { recommend } from '../optimizer/analysis/recommendation.ts'
import { type Contribution, compareValues } from '../optimizer/analysis/shapley.ts'
import type { Prediction } from '../optimizer/analysis/surrogate.ts'
import { encode } from '../optimizer/encode.ts'
import { findTrials } from '../optimizer/trial-index.ts'
import type { ServiceDeps } from './deps.ts'
import {
  type Modeled,
  model,
  objectiveNamed,
  oneObjective,
  type Subject,
  subjectOf,
} from './explanation-subject.ts'

export interface Compared {
  readonly trial: number
  readonly measured: number
  /** Completed trials that have these values, this one included, and the mean of what they measured. */
  readonly runs: number
  readonly mean: number
  readonly predicted: Prediction
}
export interface TrialExplanation {
  readonly revision: number
  readonly metric: string
  readonly goal: 'minimize' | 'maximize'
  readonly trial: Compared
  readonly against: Compared
  readonly contributions: readonly Contribution[]
}

/**
 * Why a trial came out better or worse than another.
 *
 * @param against another trial's number; the best one unless given, and for the best itself the median one.
 * @throws trial-not-found, trial-not-completed, too-few-results
 */
export async function explainTrial(
  deps: ServiceDeps,
  id: StudyId,
  number: number,
  { metric, against }: { metric?: string | undefined; against?: number | undefined },
): Promise<TrialExplanation> {
  const found = await subjectOf(deps, id, metric)
  const trial = completed(found, number)
  const subject = model(deps, found)
  const { surrogate, ranked, snapshot } = subject
  const [best] = ranked
  const typical = ranked[Math.floor(ranked.length / 2)]!
  const other = against === undefined ? (best === trial ? typical : best!) : completed(subject, against)
  const compared = (one: Trial) => compare(subject, one)
  return {
    revision: snapshot.revision,
    metric: subject.metric,
    goal: objectiveNamed(snapshot, subject.metric).goal,
    trial: compared(trial),
    against: compared(other),
    contributions: compareValues(surrogate, trial.params, other.params),
  }
}

export interface Recommendation {
  readonly revision: number
  readonly metric: string
  readonly goal: 'minimize' | 'maximize'
  readonly results: number
  readonly recommended: Compared
  /** By what was measured. */
  readonly best: Compared
}

/**
 * Which trial's parameters to use, where a single result says little.
 *
 * @throws several-objectives, no-best-trial while none keeps to the outcome constraints, too-few-results
 */
export async function recommendTrial(deps: ServiceDeps, id: StudyId): Promise<Recommendation> {
  const subject = model(deps, oneObjective(await subjectOf(deps, id, undefined)))
  const { surrogate, snapshot, metric } = subject
  const { metrics } = snapshot.study.definition
  const kept = subject.ranked.filter((trial) => isFeasibleOutcome(metrics, trial.metrics!))
  const [best] = kept
  if (!best)
    throw new HoneError('no-best-trial', 'No trial of this study has kept to all outcome constraints yet.')
  return {
    revision: snapshot.revision,
    metric,
    goal: objectiveNamed(snapshot, metric).goal,
    results: surrogate.results,
    recommended: compare(subject, recommend(surrogate, kept)),
    best: compare(subject, best),
  }
}

function compare({ surrogate, metric, ranked }: Modeled, { number, metrics, params }: Trial): Compared {
  const { encoded } = surrogate
  const runs = findTrials(encoded, ranked).withValues(params)
  const inAll = mean(runs.map((run) => run.metrics![metric]!))
  const predicted = surrogate.at(encode(encoded, params))
  return { trial: number, measured: metrics![metric]!, runs: runs.length, mean: inAll, predicted }
}

function completed({ snapshot, ranked, metric }: Subject, number: number): Trial {
  const trial = ranked.find((one) => one.number === number)
  if (trial) return trial
  const there = snapshot.trials[number]
  if (!there) throw new HoneError('trial-not-found', `Study ${snapshot.study.id} has no trial ${number}.`)
  const message = `Trial ${number} is ${there.state} and has no ${metric}: only completed trials can be compared.`
  throw new HoneError('trial-not-completed', message)
}
