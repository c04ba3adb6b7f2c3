import type { Trainer } from '../../services/ports/trainer.ts'

/** Trains nothing itself: any parameters and metrics will do, and there are none by default. */
export const externalTrainer: Trainer = {
  checkTrainer: () => [],
  checkDefinition({ sampler, limits }) {
    if (sampler.kind !== 'grid' || limits.trials !== undefined) return []
    return [{ path: 'limits.trials', message: 'the grid is as fine as the trials allow: say how many' }]
  },
}
