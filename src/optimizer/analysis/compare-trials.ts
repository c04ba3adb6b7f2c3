import { isFeasibleOutcome } from '../../domain/metric.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { Trial } from '../../domain/trial.ts'
import { mean } from '../../math/stats.ts'
import { findTrials } from '../history/trial-index.ts'
import type { Numerics } from '../numerics.ts'
import { encode } from '../space/encode.ts'
import { recommend } from './recommendation.ts'
import { type Contribution, compareValues } from './shapley.ts'
import { type Modeled, modeled, subjectOf } from './subject.ts'
import type { Prediction } from './surrogate.ts'

export interface Compared {
  readonly trial: number
  readonly measured: number
  /** Completed trials that have these values, this one included, and the mean of what they measured. */
  readonly runs: number
  readonly mean: number
  readonly predicted: Prediction
}

export interface Comparison {
  readonly trial: Compared
  readonly against: Compared
  readonly contributions: readonly Contribution[]
}

/**
 * Why a trial came out better or worse than another.
 *
 * @param asked numbers of completed trials that have the metric: `against` is the best one unless given, and for the best
 *   itself the median one.
 */
export function compareTrials(
  snapshot: StudySnapshot,
  asked: { readonly metric: string; readonly trial: number; readonly against?: number | undefined },
  numerics: Numerics,
): Comparison | undefined {
  const subject = modeled(subjectOf(snapshot, asked.metric), numerics)
  if (!subject) return undefined
  const { ranked, surrogate } = subject
  const [best] = ranked
  const typical = ranked[Math.floor(ranked.length / 2)]!
  const trial = snapshot.trials[asked.trial]!
  const usual = best === trial ? typical : best!
  const other = asked.against === undefined ? usual : snapshot.trials[asked.against]!
  return {
    trial: compared(subject, trial),
    against: compared(subject, other),
    contributions: compareValues(surrogate, trial.params, other.params),
  }
}

export interface Recommended {
  readonly results: number
  readonly recommended: Compared
  /** By what was measured. */
  readonly best: Compared
}

/** Which trial's parameters to use, where a single result says little; at least one keeps to all outcome constraints. */
export function compareRecommended(
  snapshot: StudySnapshot,
  { metric }: { readonly metric: string },
  numerics: Numerics,
): Recommended | undefined {
  const subject = modeled(subjectOf(snapshot, metric), numerics)
  if (!subject) return undefined
  const { metrics } = snapshot.study.definition
  const kept = subject.ranked.filter((trial) => isFeasibleOutcome(metrics, trial.metrics!))
  return {
    results: subject.surrogate.results,
    recommended: compared(subject, recommend(subject.surrogate, kept)),
    best: compared(subject, kept[0]!),
  }
}

function compared({ surrogate, objective, ranked }: Modeled, { number, metrics, params }: Trial): Compared {
  const { encoded } = surrogate
  const runs = findTrials(encoded, ranked).withValues(params)
  const inAll = mean(runs.map((run) => run.metrics![objective.name]!))
  const predicted = surrogate.at(encode(encoded, params))
  return { trial: number, measured: metrics![objective.name]!, runs: runs.length, mean: inAll, predicted }
}
