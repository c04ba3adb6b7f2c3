import type { MedianPrunerSpec } from '../../domain/study.ts'
import { quantile } from '../../math/stats.ts'
import { standingsBy } from './learning-curve.ts'
import type { Pruner } from './pruner.ts'
import { scoreStandings } from './standing.ts'

/**
 * Gives up a trial whose best so far is worse than the median of what the completed ones had come to by that step
 * (Golovin et al., "Google Vizier: a service for black-box optimization", KDD 2017, section 3.2.2).
 */
export const medianPruner: Pruner<MedianPrunerSpec> = {
  whyPrune({ metrics, own, step, completed }) {
    const [mine, ...others] = scoreStandings(metrics, [
      own.standings.at(-1)!,
      ...standingsBy(completed, step),
    ])
    const ascending = others.sort((a, b) => a - b)
    if (others.length === 0 || mine! <= quantile(ascending, 0.5)) return undefined
    return `After step ${step} it was worse than the median of the ${others.length} trials that completed.`
  },
}
