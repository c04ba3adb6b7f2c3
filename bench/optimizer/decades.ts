import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import { ackley, levy } from './classics.ts'
import { box, ofNumbers } from './on-box.ts'
import type { Problem } from './problems.ts'
import { MIXED_SPACE, mixed, VALLEY_SPACE, valley } from './tuning-like.ts'

const DECADES = 6

/** A function by its name, whose usual values go from 0 to `most`. */
interface Exponent {
  readonly name: string
  readonly space: SearchSpace
  readonly value: (params: ParameterValues) => number
  readonly most: number
}

const EXPONENTS: readonly Exponent[] = [
  { name: 'ackley4', space: box(4, -5, 10), value: ofNumbers(ackley), most: 20 },
  { name: 'levy4', space: box(4, -10, 10), value: ofNumbers((x) => Math.sqrt(levy(x))), most: 8 },
  { name: 'valley4', space: VALLEY_SPACE, value: valley, most: 2.5 },
  { name: 'mixed6', space: MIXED_SPACE, value: mixed, most: 10 },
]

/** Functions told as a power of ten that goes over six decades, on a plain scale and on a log one; the regret is the exponent's. */
export const DECADES_APART: readonly Problem[] = EXPONENTS.flatMap(({ name, space, value, most }) => {
  const problem = {
    space,
    value,
    optimum: 0,
    budgets: [30, 60],
    tell: (params: ParameterValues) => 10 ** ((DECADES / most) * value(params)),
  }
  return [
    { ...problem, name: `${name}, linear` },
    { ...problem, name: `${name}, log`, scale: 'log' as const },
  ]
})
