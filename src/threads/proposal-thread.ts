import { parentPort } from 'node:worker_threads'
import { bestAlgebra } from '../algebra/best-algebra.ts'
import { nextTrial } from '../optimizer/next-trial.ts'
import { createNumerics } from '../optimizer/numerics.ts'
import { createUnpacker } from './snapshot-packer.ts'
import type { ProposalAnswer, ProposalTask } from './thread-proposer.ts'

const numerics = createNumerics(bestAlgebra())
const unpack = createUnpacker()

/** A thread that does nothing but propose, one task after the other. */
parentPort!.on('message', ({ task, snapshot, index, fixed }: ProposalTask) => {
  const unpacked = unpack(snapshot)
  parentPort!.postMessage(answer(task, () => nextTrial(unpacked, index, numerics, fixed)))
})

function answer(task: number, compute: () => ProposalAnswer['next']): ProposalAnswer {
  try {
    return { task, next: compute() }
  } catch (error) {
    return { task, error }
  }
}
