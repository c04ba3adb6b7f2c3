import { bestAlgebra } from '../../src/algebra/best-algebra.ts'
import { applyEvent, type StudySnapshot } from '../../src/domain/events.ts'
import type { Metric } from '../../src/domain/metric.ts'
import type { SamplerKind } from '../../src/domain/study.ts'
import { createNumerics } from '../../src/optimizer/numerics.ts'
import { propose } from '../../src/optimizer/propose.ts'
import { functionTrainer } from '../../src/trainers/function/function-trainer.ts'
import { FUNCTIONS } from '../../src/trainers/function/functions.ts'
import { aDefinition, aStudy } from './simulate.ts'

const NUMERICS = createNumerics(bestAlgebra())
const AT = '2026-01-01T00:00:00.000Z'

/** A study of a built-in test function in memory, one trial at a time, all of its metrics measured. */
export function simulateFunction(
  name: string,
  sampler: SamplerKind,
  trials: number,
  seed: number,
  metrics: readonly Metric[],
): StudySnapshot {
  const { evaluate, more = {} } = FUNCTIONS[name]!
  const { searchSpace } = functionTrainer.defaults({ kind: 'function', name })
  const limits = { trials, parallel: 1 }
  let snapshot = aStudy(aDefinition(searchSpace, { seed, metrics, sampler: { kind: sampler }, limits }))
  for (let number = 0; number < trials; number++) {
    const proposal = propose(snapshot, number, NUMERICS)
    if (proposal === 'exhausted') break
    const x = Object.values(proposal.params).map(Number)
    const others = Object.entries(more).map(([metric, other]) => [metric, other(x)])
    const outcome = {
      state: 'completed',
      metrics: { value: evaluate(x), ...Object.fromEntries(others) },
    } as const
    snapshot = applyEvent(snapshot, { type: 'trial-proposed', at: AT, number, ...proposal })
    snapshot = applyEvent(snapshot, {
      type: 'trial-started',
      at: AT,
      number,
      attempt: 1,
      crashes: 0,
      worker: 'w',
    })
    snapshot = applyEvent(snapshot, { type: 'trial-finished', at: AT, number, outcome })
  }
  return snapshot
}
