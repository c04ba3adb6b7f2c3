import { nextTrial } from '../../src/optimizer/next-trial.ts'
import type { Numerics } from '../../src/optimizer/numerics.ts'
import { chooseStartPoints } from '../../src/optimizer/warm-start/choose-points.ts'
import { ProposalFailed, type Proposer } from '../../src/services/ports/proposer.ts'

/** Proposes on the thread that asks. */
export function inlineProposer(numerics: Numerics): Proposer {
  return {
    nextTrial: async (snapshot, index, fixed) => orFail(() => nextTrial(snapshot, index, numerics, fixed)),
    chooseStartPoints: async (space, studies) => orFail(() => chooseStartPoints(space, studies, numerics)),
  }
}

function orFail<Found>(compute: () => Found): Found {
  try {
    return compute()
  } catch (cause) {
    throw new ProposalFailed('The optimizer broke.', { cause })
  }
}
