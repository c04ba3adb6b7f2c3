import { objectivesOf } from '../domain/metric.ts'
import type { StudySnapshot } from '../domain/study-snapshot.ts'
import { logSuccess } from './acquisition/log-success.ts'
import { logFeasibility, modelBounds } from './acquisition/outcome-bounds.ts'
import { sumOf } from './acquisition/sum.ts'
import { type StoppingAdvice, type StoppingRule, stoppingAdvice } from './analysis/stopping.ts'
import { fitSurrogate, type Surrogate } from './analysis/surrogate.ts'
import type { History, Observation } from './history/history.ts'
import { observe } from './history/observe.ts'
import type { Numerics } from './numerics.ts'
import { designSize } from './samplers/auto.ts'

export interface StudyAdvice extends StoppingAdvice {
  /** Completed trials that it is from. */
  readonly results: number
}

/**
 * Whether a study of one objective should go on, a pure function of its definition and its results: Makarova et al.,
 * "Automatic termination for hyperparameter optimization", AutoML 2022, under the rule of `stopping`. Undefined while
 * there are too few results for a model, or nothing to vary.
 */
export function adviseStopping(snapshot: StudySnapshot, numerics: Numerics): StudyAdvice | undefined {
  const [objective] = objectivesOf(snapshot.study.definition.metrics)
  const surrogate = fitSurrogate(snapshot, objective!, 0, numerics)
  if (!surrogate) return undefined
  const history = observe(snapshot, surrogate.encoded)
  const completed = history.observations.filter(({ measured }) => measured)
  const eligible = completed.filter(({ measured }) => measured!.isFeasible)
  const ranked = (eligible.length > 0 ? eligible : completed).toSorted(
    (a, b) => objectiveOf(a) - objectiveOf(b),
  )
  const rule = ruleOf(snapshot, surrogate, history, numerics)
  const points = ranked.map(({ point }) => point)
  const advice = { ...stoppingAdvice(surrogate, points, rule), results: surrogate.results }
  if (eligible.length > 0) return advice
  return { ...advice, advice: 'continue', reason: 'No trial keeps to all outcome constraints yet.' }
}

function objectiveOf({ measured }: Observation): number {
  return measured!.objectives[0]!
}

/** By default a model has had twice a design to learn from, and a result for each parameter. */
function ruleOf(
  { study }: StudySnapshot,
  { encoded }: Surrogate,
  history: History,
  numerics: Numerics,
): StoppingRule {
  const { stopping, limits } = study.definition
  const asked = stopping?.kind === 'advice' ? stopping : undefined
  const enough = 2 * designSize({ trials: Number.POSITIVE_INFINITY, ...limits }) + encoded.free.length
  // Where trials fail nothing is to be gained, however good it looks from here.
  const success = logSuccess(history.observations, encoded, numerics)
  // By results alone: what is awaited will say more when it is there.
  const bounds = modelBounds({ ...history, pending: [] }, encoded, numerics) ?? []
  const chances = [...logFeasibility(bounds), ...(success ? [success] : [])]
  return {
    minResults: asked?.minTrials ?? enough,
    minImprovement: asked?.minImprovement,
    logChance: chances.length > 0 ? sumOf(chances) : undefined,
  }
}
