import { propose } from '../../src/optimizer/propose.ts'
import { ProposalFailed, type Proposer } from '../../src/services/ports.ts'

/** Proposes on the thread that asks. */
export const inlineProposer: Proposer = {
  propose: async (snapshot, index, fixed) => {
    try {
      return propose(snapshot, index, fixed)
    } catch (cause) {
      throw new ProposalFailed('The optimizer broke.', { cause })
    }
  },
}
