import { bestAlgebra } from '../algebra/best-algebra.ts'
import { nextTrial } from '../optimizer/next-trial.ts'
import { createNumerics } from '../optimizer/numerics.ts'
import { chooseStartPoints } from '../optimizer/warm-start/choose-points.ts'
import { answerTasks } from './answer-tasks.ts'
import { createUnpacker } from './snapshot-packer.ts'
import type { ProposalQuestion } from './thread-proposer.ts'

const numerics = createNumerics(bestAlgebra())
const unpack = createUnpacker()

/** A thread that does nothing but propose. */
answerTasks((question: ProposalQuestion) => {
  if (question.kind === 'start-points')
    return () => chooseStartPoints(question.space, question.studies, numerics)
  const snapshot = unpack(question.snapshot)
  return () => nextTrial(snapshot, question.index, numerics, question.fixed)
})
