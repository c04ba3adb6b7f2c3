import { HoneError } from '../domain/errors.ts'
import type { StudyId } from '../domain/ids.ts'
import { adviseStopping, type StudyAdvice } from '../optimizer/advise-stopping.ts'
import type { Diagnostic } from '../optimizer/analysis/diagnostic.ts'
import { diagnose } from '../optimizer/analysis/diagnostics.ts'
import { type Importance, importance } from '../optimizer/analysis/importance.ts'
import { type Dependence, partialDependence } from '../optimizer/analysis/partial-dependence.ts'
import { pedAnova } from '../optimizer/analysis/ped-anova.ts'
import { encode } from '../optimizer/encode.ts'
import type { ServiceDeps } from './deps.ts'
import { model, oneObjective, subjectOf, surrogateOf, tooFewResults } from './explanation-subject.ts'

export interface ImportanceReport {
  readonly revision: number
  readonly metric: string
  readonly results: number
  readonly parameters: readonly (Importance & { readonly amongBest: number })[]
}

/** @throws study-not-found, invalid-request (no such objective), too-few-results */
export async function explainImportance(
  deps: ServiceDeps,
  id: StudyId,
  metric: string | undefined,
): Promise<ImportanceReport> {
  const subject = model(deps, await subjectOf(deps, id, metric))
  const { surrogate, ranked, snapshot } = subject
  const points = ranked.map(({ params }) => encode(surrogate.encoded, params))
  const shares = new Map(
    pedAnova(surrogate.encoded, points).map(({ parameter, share }) => [parameter, share]),
  )
  return {
    revision: snapshot.revision,
    metric: subject.metric,
    results: surrogate.results,
    parameters: importance(surrogate).map((one) => ({ ...one, amongBest: shares.get(one.parameter)! })),
  }
}

export interface DependenceReport {
  readonly revision: number
  readonly metric: string
  readonly results: number
  readonly parameters: readonly Dependence[]
}

/** @param parameter all of them where none is named. */
export async function explainDependence(
  deps: ServiceDeps,
  id: StudyId,
  metric: string | undefined,
  parameter: string | undefined,
): Promise<DependenceReport> {
  const subject = await subjectOf(deps, id, metric)
  const names = subject.snapshot.study.definition.searchSpace.parameters.map(({ name }) => name)
  if (parameter !== undefined && !names.includes(parameter))
    throw new HoneError(
      'invalid-request',
      `parameter: there is no ${parameter}; use one of ${names.join(', ')}.`,
    )
  const { surrogate } = model(deps, subject)
  const { free, dimensions } = surrogate.encoded
  const wanted = free.filter((index) => parameter === undefined || dimensions[index]!.name === parameter)
  return {
    revision: subject.snapshot.revision,
    metric: subject.metric,
    results: surrogate.results,
    parameters: wanted.map((index) => partialDependence(surrogate, index)),
  }
}

export interface AdviceReport extends StudyAdvice {
  readonly revision: number
  readonly metric: string
}

/** @throws several-objectives, too-few-results */
export async function explainStopping(deps: ServiceDeps, id: StudyId): Promise<AdviceReport> {
  const subject = oneObjective(await subjectOf(deps, id, undefined))
  const advice = adviseStopping(subject.snapshot, deps.numerics)
  if (!advice) throw tooFewResults(subject)
  return { revision: subject.snapshot.revision, metric: subject.metric, ...advice }
}

export interface DiagnosticsReport {
  readonly revision: number
  readonly diagnostics: readonly Diagnostic[]
}

/** Needs no results: a study can be linted from its first moment on. */
export async function diagnoseStudy(deps: ServiceDeps, id: StudyId): Promise<DiagnosticsReport> {
  const subject = await subjectOf(deps, id, undefined)
  const { snapshot, ranked } = subject
  const surrogate = surrogateOf(deps, subject)
  const shares = surrogate ? importance(surrogate) : []
  const diagnostics = diagnose({ ...snapshot, ranked, importance: shares })
  return { revision: snapshot.revision, diagnostics }
}
