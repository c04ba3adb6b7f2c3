import { gaussianProcessSampler } from './gaussian-process.ts'
import type { Sampler, SamplerInput } from './sampler.ts'
import { sobolSampler } from './sobol.ts'

/** The default: an even design first, then a model. The answer names the sampler that was asked. */
export const autoSampler: Sampler = {
  name: 'auto',
  version: 4,
  takesLogarithms: true,
  propose: (input) => (isDesignComplete(input) ? gaussianProcessSampler : sobolSampler).propose(input),
}

function isDesignComplete({ history, limits }: SamplerInput): boolean {
  const { observations, pending } = history
  return observations.length + pending.length >= designSize(limits)
}

// A model that knows how little it knows starts as early: with d + 1 points, 5 to 10, it came later to the same.
const DESIGN = 5

/** One point at least for each place in flight; at most a quarter of the budget, but never less than a model needs. */
export function designSize(limits: SamplerInput['limits']): number {
  const wanted = Math.max(DESIGN, limits.parallel)
  return Math.max(Math.min(wanted, Math.floor(limits.trials / 4)), 3)
}
