import { parentPort } from 'node:worker_threads'
import { propose } from '../optimizer/propose.ts'
import type { ProposalAnswer, ProposalTask } from './thread-proposer.ts'

/** A thread that does nothing but propose, one task after the other. */
parentPort!.on('message', ({ task, snapshot, index, fixed }: ProposalTask) => {
  parentPort!.postMessage(answer(task, () => propose(snapshot, index, fixed)))
})

function answer(task: number, compute: () => ProposalAnswer['proposal']): ProposalAnswer {
  try {
    return { task, proposal: compute() }
  } catch (error) {
    return { task, error }
  }
}
