import type { StudyView } from './types.ts'

/** What people change in a copy, as it is in the study; it goes on from its trials, with half as many again. */
export function copyOf({ name, sampler, pruner, limits, trials }: StudyView) {
  const known = trials.completed + trials.pruned + trials.failed + trials.infeasible
  const more = Math.max(10, Math.ceil(known / 2))
  return {
    name: `${name} copy`,
    trials: true,
    sampler,
    pruner,
    limits: {
      ...limits,
      ...(limits.trials !== undefined && { trials: Math.max(limits.trials, known + more) }),
    },
  }
}
