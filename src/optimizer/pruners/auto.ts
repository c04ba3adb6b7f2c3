import { objectivesOf } from '../../domain/metric.ts'
import type { AutoPrunerSpec } from '../../domain/study.ts'
import { predictFinal } from './predict-final.ts'
import type { Pruner } from './pruner.ts'
import { atBest, beats } from './standing.ts'

// Standard errors: one trial in forty that is given up would have become the best, were the line and its errors true.
const DOUBT = 2

/** Gives up a trial that, as the completed ones went on from where it is, will hardly become the best. */
export const autoPruner: Pruner<AutoPrunerSpec> = {
  whyPrune({ metrics, own, step, completed }) {
    const expected = predictFinal(metrics, own, completed)
    if (!expected) return undefined
    const { values, standardErrors } = expected
    const hoped = atBest(
      metrics,
      values,
      standardErrors.map((error) => DOUBT * error),
    )
    if (!completed.some(({ final }) => beats(metrics, final, hoped))) return undefined
    const what = objectivesOf(metrics).length > 1 ? 'one of the best trade-offs' : 'the best'
    return `After step ${step} it was not expected to become ${what} any more.`
  },
}
