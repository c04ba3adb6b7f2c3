import { gaussianProcessSampler } from './gaussian-process.ts'
import type { Sampler, SamplerInput } from './sampler.ts'
import { sobolSampler } from './sobol.ts'

/** The default: an even design first, then a model. The answer names the sampler that was asked. */
export const autoSampler: Sampler = {
  name: 'auto',
  version: 2,
  propose: (input) => (isDesignComplete(input) ? gaussianProcessSampler : sobolSampler).propose(input),
}

function isDesignComplete({ encoded, history, limits }: SamplerInput): boolean {
  const { observations, pending } = history
  return observations.length + pending.length >= designSize(encoded.free.length, limits)
}

/**
 * d + 1 points, from 5 to 10 (more never paid on hyperparameter tables), and one for each place in flight; at most
 * a quarter of the budget, but never less than a model can begin with.
 */
export function designSize(dimensions: number, limits: SamplerInput['limits']): number {
  const wanted = Math.max(Math.min(Math.max(dimensions + 1, 5), 10), limits.parallel)
  return Math.max(Math.min(wanted, Math.floor(limits.trials / 4)), 3)
}
