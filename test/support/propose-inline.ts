import { nextTrial } from '../../src/optimizer/next-trial.ts'
import type { Numerics } from '../../src/optimizer/numerics.ts'
import { ProposalFailed, type Proposer } from '../../src/services/ports/proposer.ts'

/** Proposes on the thread that asks. */
export function inlineProposer(numerics: Numerics): Proposer {
  return {
    nextTrial: async (snapshot, index, fixed) => {
      try {
        return nextTrial(snapshot, index, numerics, fixed)
      } catch (cause) {
        throw new ProposalFailed('The optimizer broke.', { cause })
      }
    },
  }
}
