import type { ParameterValues, SearchSpace } from '../domain/search-space.ts'
import type { EarlierStudy } from '../optimizer/warm-start/earlier-study.ts'
import { ProposalFailed, type Proposer } from '../services/ports/proposer.ts'
import type { PackedSnapshot } from './snapshot-packer.ts'
import { createTaskThread } from './task-thread.ts'

export type ProposalQuestion =
  | {
      readonly kind: 'next-trial'
      readonly snapshot: PackedSnapshot
      readonly index: number
      readonly fixed?: ParameterValues | undefined
    }
  | { readonly kind: 'start-points'; readonly space: SearchSpace; readonly studies: readonly EarlierStudy[] }

/** Proposes on a thread of its own. */
export function createThreadProposer(): Proposer & { close(): Promise<void> } {
  const { ask, close } = createTaskThread<ProposalQuestion>(
    'proposal-thread.js',
    (cause) => new ProposalFailed('The optimizer broke.', { cause }),
  )
  return {
    nextTrial: (snapshot, index, fixed) =>
      ask((pack) => ({ kind: 'next-trial', snapshot: pack(snapshot), index, fixed })),
    chooseStartPoints: (space, studies) => ask(() => ({ kind: 'start-points', space, studies })),
    close,
  }
}
