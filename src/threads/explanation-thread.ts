import { bestAlgebra } from '../algebra/best-algebra.ts'
import { explain } from '../optimizer/analysis/explanations.ts'
import { createNumerics } from '../optimizer/numerics.ts'
import { answerTasks } from './answer-tasks.ts'
import { createUnpacker } from './snapshot-packer.ts'
import type { ExplanationQuestion } from './thread-explainer.ts'

const numerics = createNumerics(bestAlgebra())
const unpack = createUnpacker()

/** A thread that does nothing but explain: whoever asks for trials does not wait for whoever looks at them. */
answerTasks(({ kind, snapshot: packed, asked }: ExplanationQuestion) => {
  const snapshot = unpack(packed)
  return () => explain(kind, snapshot, asked, numerics)
})
