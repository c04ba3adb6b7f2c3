import { HoneError } from '../../domain/errors.ts'
import type { StudyId } from '../../domain/ids.ts'
import { objectivesOf } from '../../domain/metric.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import type { AskedOf, Explained, ExplanationKind } from '../../optimizer/analysis/explanations.ts'
import { type Subject, subjectOf } from '../../optimizer/analysis/subject.ts'
import { MIN_RESULTS } from '../../optimizer/analysis/surrogate.ts'
import type { ServiceDeps } from '../deps.ts'
import { loadHistory } from '../snapshots/load-history.ts'

/**
 * Explanations are functions of the recorded history: the same revision gives the same answer.
 *
 * @param metric the first objective unless given. @throws study-not-found, invalid-request (no such objective)
 */
export async function loadSubject(
  deps: ServiceDeps,
  id: StudyId,
  metric: string | undefined,
): Promise<Subject> {
  const snapshot = await loadHistory(deps, id)
  return subjectOf(snapshot, nameOfObjective(snapshot, metric))
}

/** What every explanation begins with: which state of the study, and which objective. */
export interface Head {
  readonly revision: number
  readonly metric: string
}

export function headOf({ snapshot, objective }: Subject): Head {
  return { revision: snapshot.revision, metric: objective.name }
}

/** @throws several-objectives */
export function oneObjective(subject: Subject): Subject {
  const { id, definition } = subject.snapshot.study
  const names = objectivesOf(definition.metrics).map(({ name }) => name)
  if (names.length === 1) return subject
  const message = `The study trades ${names.join(' and ')} off: see /v1/studies/${id}/pareto and its hypervolume instead.`
  throw new HoneError('several-objectives', message)
}

/** @throws too-few-results */
export async function explain<Kind extends ExplanationKind>(
  { explainer }: ServiceDeps,
  { snapshot, objective, ranked }: Subject,
  kind: Kind,
  asked: Omit<AskedOf<Kind>, 'metric'>,
): Promise<NonNullable<Explained<Kind>>> {
  const about = { ...asked, metric: objective.name } as AskedOf<Kind>
  const found = await explainer.explain(kind, snapshot, about)
  if (found) return found
  const message = `An explanation needs ${MIN_RESULTS} completed trials, and parameters that vary; there are ${ranked.length} so far.`
  throw new HoneError('too-few-results', message)
}

function nameOfObjective({ study }: StudySnapshot, metric: string | undefined): string {
  const names = objectivesOf(study.definition.metrics).map(({ name }) => name)
  if (metric === undefined) return names[0]!
  if (names.includes(metric)) return metric
  throw new HoneError(
    'invalid-request',
    `metric: ${metric} is no objective of the study; use one of ${names.join(', ')}.`,
  )
}
