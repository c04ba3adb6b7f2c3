import type { Metric } from '../../src/domain/metric.ts'
import type { SamplerKind } from '../../src/domain/study.ts'
import type { StudySnapshot } from '../../src/domain/study-snapshot.ts'
import { functionTrainer } from '../../src/trainers/function/function-trainer.ts'
import { FUNCTIONS } from '../../src/trainers/function/functions.ts'
import { simulate } from './simulate.ts'

/** A study of a built-in test function in memory, one trial at a time, all of its metrics measured. */
export function simulateFunction(
  name: string,
  sampler: SamplerKind,
  trials: number,
  seed: number,
  metrics: readonly Metric[],
): StudySnapshot {
  const { evaluate, more = {} } = FUNCTIONS[name]!
  const { searchSpace: space } = functionTrainer.defaults({ kind: 'function', name })
  const objective = (params: object) => {
    const x = Object.values(params).map(Number)
    const others = Object.entries(more).map(([metric, other]) => [metric, other(x)])
    return { value: evaluate(x), ...Object.fromEntries(others) }
  }
  return simulate({ space, objective, trials, seed, sampler, metrics })
}
