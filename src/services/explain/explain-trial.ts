import { HoneError } from '../../domain/errors.ts'
import type { StudyId } from '../../domain/ids.ts'
import { isFeasibleOutcome } from '../../domain/metric.ts'
import type { Comparison, Recommended } from '../../optimizer/analysis/compare-trials.ts'
import type { Subject } from '../../optimizer/analysis/subject.ts'
import type { ServiceDeps } from '../deps.ts'
import { explain, type Head, headOf, loadSubject, oneObjective } from './explanation-subject.ts'

interface TrialHead extends Head {
  readonly goal: 'minimize' | 'maximize'
}

export interface TrialExplanation extends TrialHead, Comparison {}

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
  const subject = await loadSubject(deps, id, metric)
  for (const one of [number, against]) if (one !== undefined) checkCompleted(subject, one)
  const found = await explain(deps, subject, 'comparison', { trial: number, against })
  return { ...headOf(subject), goal: subject.objective.goal, ...found }
}

export interface Recommendation extends TrialHead, Recommended {}

/**
 * Which trial's parameters to use, where a single result says little.
 *
 * @throws several-objectives, no-best-trial while none keeps to the outcome constraints, too-few-results
 */
export async function recommendTrial(deps: ServiceDeps, id: StudyId): Promise<Recommendation> {
  const subject = oneObjective(await loadSubject(deps, id, undefined))
  const { metrics } = subject.snapshot.study.definition
  const { ranked } = subject
  if (ranked.length > 0 && !ranked.some((trial) => isFeasibleOutcome(metrics, trial.metrics!)))
    throw new HoneError('no-best-trial', 'No trial of this study has kept to all outcome constraints yet.')
  const found = await explain(deps, subject, 'recommendation', {})
  return { ...headOf(subject), goal: subject.objective.goal, ...found }
}

function checkCompleted({ snapshot, ranked, objective }: Subject, number: number): void {
  if (ranked.some((one) => one.number === number)) return
  const there = snapshot.trials[number]
  if (!there) throw new HoneError('trial-not-found', `Study ${snapshot.study.id} has no trial ${number}.`)
  const message = `Trial ${number} is ${there.state} and has no ${objective.name}: only completed trials can be compared.`
  throw new HoneError('trial-not-completed', message)
}
