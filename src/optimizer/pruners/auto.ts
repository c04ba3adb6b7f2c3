import type { AutoPrunerSpec } from '../../domain/study.ts'
import { predictFinal } from './predict-final.ts'
import type { Pruner } from './pruner.ts'

// Standard errors: one trial in forty that is given up would have become the best, were the line and its errors true.
const DOUBT = 2

/** Gives up a trial that, as the completed ones went on from where it is, will hardly become the best. */
export const autoPruner: Pruner<AutoPrunerSpec> = {
  whyPrune({ own, step, completed }) {
    const expected = predictFinal(own, completed)
    const best = Math.min(...completed.map(({ final }) => final))
    if (!expected || expected.value - DOUBT * expected.standardError <= best) return undefined
    return `After step ${step} it was not expected to become the best any more.`
  },
}
