import { findPoint } from '../space/feasible.ts'
import type { Sampler } from './sampler.ts'

/** Uniform over the space (log-uniform on a log scale), independent from trial to trial. */
export const randomSampler: Sampler = {
  name: 'random',
  version: 2,
  isModelFree: true,
  propose: ({ encoded, history, index, random }) => {
    const point = findPoint(encoded, random.fork('random', index), history.isNew)
    return point && { point, phase: 'model', sampler: randomSampler }
  },
}
