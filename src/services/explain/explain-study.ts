import type { Diagnostic } from '../../domain/diagnostic.ts'
import { HoneError } from '../../domain/errors.ts'
import type { StudyId } from '../../domain/ids.ts'
import type { StudyAdvice } from '../../optimizer/advise-stopping.ts'
import type { Dependences, Importances } from '../../optimizer/analysis/explanations.ts'
import type { ServiceDeps } from '../deps.ts'
import { explain, type Head, headOf, loadSubject, oneObjective } from './explanation-subject.ts'

export interface ImportanceReport extends Head, Importances {}

/** @throws study-not-found, invalid-request (no such objective), too-few-results */
export async function explainImportance(
  deps: ServiceDeps,
  id: StudyId,
  metric: string | undefined,
): Promise<ImportanceReport> {
  const subject = await loadSubject(deps, id, metric)
  return { ...headOf(subject), ...(await explain(deps, subject, 'importance', {})) }
}

export interface DependenceReport extends Head, Dependences {}

/** @param parameter all of them where none is named. */
export async function explainDependence(
  deps: ServiceDeps,
  id: StudyId,
  metric: string | undefined,
  parameter: string | undefined,
): Promise<DependenceReport> {
  const subject = await loadSubject(deps, id, metric)
  const names = subject.snapshot.study.definition.searchSpace.parameters.map(({ name }) => name)
  if (parameter !== undefined && !names.includes(parameter))
    throw new HoneError(
      'invalid-request',
      `parameter: there is no ${parameter}; use one of ${names.join(', ')}.`,
    )
  return { ...headOf(subject), ...(await explain(deps, subject, 'dependence', { parameter })) }
}

export interface AdviceReport extends Head, StudyAdvice {}

/** @throws several-objectives, too-few-results */
export async function explainStopping(deps: ServiceDeps, id: StudyId): Promise<AdviceReport> {
  const subject = oneObjective(await loadSubject(deps, id, undefined))
  return { ...headOf(subject), ...(await explain(deps, subject, 'stopping', {})) }
}

export interface DiagnosticsReport {
  readonly revision: number
  readonly diagnostics: readonly Diagnostic[]
}

export async function diagnoseStudy(deps: ServiceDeps, id: StudyId): Promise<DiagnosticsReport> {
  const subject = await loadSubject(deps, id, undefined)
  const diagnostics = await explain(deps, subject, 'diagnostics', {})
  return { revision: subject.snapshot.revision, diagnostics }
}
