import type { Diagnostic } from '../../domain/diagnostic.ts'
import type { StudySnapshot } from '../../domain/study-snapshot.ts'
import { adviseStopping, type StudyAdvice } from '../advise-stopping.ts'
import type { Numerics } from '../numerics.ts'
import { encode } from '../space/encode.ts'
import { compareRecommended, compareTrials } from './compare-trials.ts'
import { diagnose } from './diagnostics.ts'
import { type Importance, importance } from './importance.ts'
import { type ParetoFront, paretoFront } from './pareto.ts'
import { type Dependence, partialDependence } from './partial-dependence.ts'
import { pedAnova } from './ped-anova.ts'
import { modeled, subjectOf } from './subject.ts'

interface Asked {
  /** Name of an objective. */
  readonly metric: string
}

/** Each undefined while there are too few results for a model, or nothing to vary. */
const EXPLANATIONS = {
  importance: importances,
  dependence: dependences,
  comparison: compareTrials,
  recommendation: compareRecommended,
  stopping: (snapshot: StudySnapshot, _: Asked, numerics: Numerics): StudyAdvice | undefined =>
    adviseStopping(snapshot, numerics),
  diagnostics,
  pareto: (snapshot: StudySnapshot, _: object): ParetoFront => paretoFront(snapshot),
} as const

export type ExplanationKind = keyof typeof EXPLANATIONS
/** What is asked for besides the history. */
export type AskedOf<Kind extends ExplanationKind> = Parameters<(typeof EXPLANATIONS)[Kind]>[1]
export type Explained<Kind extends ExplanationKind> = ReturnType<(typeof EXPLANATIONS)[Kind]>

/** What can be told of a study, a pure function of its history. */
export function explain<Kind extends ExplanationKind>(
  kind: Kind,
  snapshot: StudySnapshot,
  asked: AskedOf<Kind>,
  numerics: Numerics,
): Explained<Kind> {
  return EXPLANATIONS[kind](snapshot, asked as never, numerics) as Explained<Kind>
}

export interface Importances {
  readonly results: number
  readonly parameters: readonly (Importance & { readonly amongBest: number })[]
}

function importances(
  snapshot: StudySnapshot,
  { metric }: Asked,
  numerics: Numerics,
): Importances | undefined {
  const subject = modeled(subjectOf(snapshot, metric), numerics)
  if (!subject) return undefined
  const { surrogate, ranked } = subject
  const points = ranked.map(({ params }) => encode(surrogate.encoded, params))
  const shares = new Map(
    pedAnova(surrogate.encoded, points).map(({ parameter, share }) => [parameter, share]),
  )
  const parameters = importance(surrogate).map((one) => ({ ...one, amongBest: shares.get(one.parameter)! }))
  return { results: surrogate.results, parameters }
}

export interface Dependences {
  readonly results: number
  readonly parameters: readonly Dependence[]
}

/** @param asked all parameters where none is named. */
function dependences(
  snapshot: StudySnapshot,
  { metric, parameter }: Asked & { readonly parameter?: string | undefined },
  numerics: Numerics,
): Dependences | undefined {
  const surrogate = modeled(subjectOf(snapshot, metric), numerics)?.surrogate
  if (!surrogate) return undefined
  const { free, dimensions } = surrogate.encoded
  const wanted = free.filter((index) => parameter === undefined || dimensions[index]!.name === parameter)
  return {
    results: surrogate.results,
    parameters: wanted.map((index) => partialDependence(surrogate, index)),
  }
}

/** Needs no results: a study can be linted from its first moment on. */
function diagnostics(snapshot: StudySnapshot, { metric }: Asked, numerics: Numerics): readonly Diagnostic[] {
  const subject = subjectOf(snapshot, metric)
  const surrogate = modeled(subject, numerics)?.surrogate
  const shares = surrogate ? importance(surrogate) : []
  return diagnose({ ...snapshot, ranked: subject.ranked, importance: shares })
}
