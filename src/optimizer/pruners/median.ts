import type { MedianPrunerSpec } from '../../domain/study.ts'
import { quantile } from '../../math/stats.ts'
import { bestBy } from './learning-curve.ts'
import type { Pruner } from './pruner.ts'

/**
 * Gives up a trial whose best so far is worse than the median of what the completed ones had come to by that step
 * (Golovin et al., "Google Vizier: a service for black-box optimization", KDD 2017, section 3.2.2).
 */
export const medianPruner: Pruner<MedianPrunerSpec> = {
  whyPrune({ own, step, completed }) {
    const values = completed.flatMap((other) => bestBy(other, step) ?? []).sort((a, b) => a - b)
    if (values.length === 0 || bestBy(own, step)! <= quantile(values, 0.5)) return undefined
    return `After step ${step} it was worse than the median of the ${values.length} trials that completed.`
  },
}
