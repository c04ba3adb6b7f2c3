import { parentPort } from 'node:worker_threads'
import { bestAlgebra } from '../algebra/best-algebra.ts'
import { nextTrial } from '../optimizer/next-trial.ts'
import { createNumerics } from '../optimizer/numerics.ts'
import { chooseStartPoints } from '../optimizer/warm-start/choose-points.ts'
import { createUnpacker } from './snapshot-packer.ts'
import type { ProposalAnswer, ProposalTask, Question } from './thread-proposer.ts'

const numerics = createNumerics(bestAlgebra())
const unpack = createUnpacker()

/** A thread that does nothing but what takes the optimizer long, one task after the other. */
parentPort!.on('message', ({ task, question }: ProposalTask) => {
  parentPort!.postMessage(answer(task, prepare(question)))
})

/** What must be unpacked is, whatever comes of it. */
function prepare(question: Question): () => unknown {
  if (question.kind === 'start-points')
    return () => chooseStartPoints(question.space, question.studies, numerics)
  const snapshot = unpack(question.snapshot)
  return () => nextTrial(snapshot, question.index, numerics, question.fixed)
}

function answer(task: number, compute: () => unknown): ProposalAnswer {
  try {
    return { task, found: compute() }
  } catch (error) {
    return { task, error }
  }
}
