import { SobolSequence } from '../../math/sobol.ts'
import { fromUnitCube, isFeasible, type Point } from '../space/encode.ts'
import { findPoint } from '../space/feasible.ts'
import { followPriors } from '../space/user-prior.ts'
import type { Sampler, SamplerInput } from './sampler.ts'

// Constraints that leave less than one point in a thousand are for findPoint.
const MAX_SKIPPED = 2000

/** A scrambled Sobol sequence: fills the space as evenly as the user's priors say, whatever the results. */
export const sobolSampler: Sampler = {
  name: 'sobol',
  version: 3,
  isModelFree: true,
  propose: (input) => {
    const point = nextOfSequence(input) ?? anyLeft(input)
    return point && { point, phase: 'startup', sampler: sobolSampler }
  },
}

/** From the trial's own number on, the first that is feasible and new. */
function nextOfSequence({ encoded, history, index, random }: SamplerInput): Point | undefined {
  const sequence = SobolSequence.scrambled(encoded.free.length, random.fork('sobol'))
  for (let number = index; number < index + MAX_SKIPPED; number++) {
    const point = fromUnitCube(encoded, followPriors(encoded, sequence.point(number)))
    if (isFeasible(encoded, point) && history.isNew(point)) return point
  }
  return undefined
}

function anyLeft({ encoded, history, index, random }: SamplerInput): Point | undefined {
  return findPoint(encoded, random.fork('sobol', 'rest', index), history.isNew)
}
