import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import { ackley, HARTMANN6, hartmann, levy } from './classics.ts'
import { box, ofNumbers } from './on-box.ts'
import type { Problem } from './problems.ts'
import { MIXED_SPACE, mixed } from './tuning-like.ts'

const BUDGETS = [50, 100, 150]

function noisy(
  name: string,
  noise: number,
  space: SearchSpace,
  value: (params: ParameterValues) => number,
  optimum = 0,
): Problem {
  return { name: `${name}, ± ${noise}`, space, value, noise, noisy: true, optimum, budgets: BUDGETS }
}

/** Functions whose every value differs by a normal deviate, as the study says; the regret is that of the mean. */
export const NOISY: readonly Problem[] = [
  noisy('hartmann6', 0.3, box(6, 0, 1), ofNumbers(hartmann(HARTMANN6)), -3.32237),
  noisy('mixed6', 0.5, MIXED_SPACE, mixed),
  noisy('levy4', 5, box(4, -10, 10), ofNumbers(levy)),
  noisy('ackley5', 2, box(5, -5, 10), ofNumbers(ackley)),
]
