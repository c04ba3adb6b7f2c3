import type { SuccessiveHalvingSpec } from '../../domain/study.ts'
import { standingsBy } from './learning-curve.ts'
import type { Pruner } from './pruner.ts'
import { scoreStandings } from './standing.ts'

const REDUCTION_FACTOR = 3

/**
 * At each rung, the first step times powers of the reduction factor, a trial goes on only if it is among the best third
 * (or whatever the factor says) of those that came so far: asynchronous successive halving, in its stopping form (Li et
 * al., "A system for massively parallel hyperparameter tuning", MLSys 2020). Of several objectives the best are those of
 * the first fronts (Schmucker et al., "Multi-objective asynchronous successive halving", arXiv 2106.12639).
 */
export const successiveHalvingPruner: Pruner<SuccessiveHalvingSpec> = {
  whyPrune({ spec: { reductionFactor = REDUCTION_FACTOR }, metrics, own, step, others, firstStep }) {
    if (!isOnRung(own.steps.at(-2) ?? 0, step, firstStep, reductionFactor)) return undefined
    const [mine, ...rivals] = scoreStandings(metrics, [own.standings.at(-1)!, ...standingsBy(others, step)])
    const better = rivals.filter((score) => score < mine!).length
    const places = Math.max(Math.floor((rivals.length + 1) / reductionFactor), 1)
    if (better < places) return undefined
    return `After step ${step} it was number ${better + 1} of ${rivals.length + 1}, of which the best ${places} go on.`
  },
}

/** Whether a rung lies beyond the step before, and not beyond this one. */
function isOnRung(before: number, step: number, firstStep: number, factor: number): boolean {
  let rung = firstStep
  while (rung <= before) rung = Math.ceil(rung * factor)
  return rung <= step
}
