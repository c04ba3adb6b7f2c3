import type { Numerics } from '../../src/optimizer/numerics.ts'
import { propose } from '../../src/optimizer/propose.ts'
import { ProposalFailed, type Proposer } from '../../src/services/ports/proposer.ts'

/** Proposes on the thread that asks. */
export function inlineProposer(numerics: Numerics): Proposer {
  return {
    propose: async (snapshot, index, fixed) => {
      try {
        return propose(snapshot, index, numerics, fixed)
      } catch (cause) {
        throw new ProposalFailed('The optimizer broke.', { cause })
      }
    },
  }
}
