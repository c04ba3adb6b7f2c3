import { isFeasibleOutcome } from '../../src/domain/metric.ts'
import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import { network } from './bounded-problems.ts'
import { ackley, branin, HARTMANN6, hartmann, levy } from './classics.ts'
import { cube, float, VALLEY_SPACE, valley } from './tuning-like.ts'

/** A value to be minimized by trials of which some say nothing: they fail, or all come to the same. */
export interface FailingProblem {
  readonly name: string
  readonly space: SearchSpace
  /** Undefined is a failure. */
  readonly measure: (params: ParameterValues) => number | undefined
  /** What trials that would fail come to instead, where they do not. */
  readonly flat?: number
}

function failing(
  name: string,
  parameters: SearchSpace['parameters'],
  value: (x: readonly number[]) => number,
  fails: (x: readonly number[]) => boolean,
): FailingProblem {
  const measure = (params: ParameterValues) => {
    const x = parameters.map((parameter) => Number(params[parameter.name]))
    return fails(x) ? undefined : value(x)
  }
  return { name, space: { parameters, constraints: [] }, measure }
}

/** A network that beyond so many weights does not fit into memory, where the widest that fit are the best. */
function memory(name: string, most: number): FailingProblem {
  const { space, metrics, measure } = network(name, most)
  return {
    name,
    space,
    measure: (params) => {
      const told = measure(params)
      return isFeasibleOutcome(metrics, told) ? told.value : undefined
    },
  }
}

/** Beyond a cliff a training diverges. */
const diverging: FailingProblem = {
  name: 'valley, 28 %',
  space: VALLEY_SPACE,
  measure: (params) => {
    const value = valley(params)
    return value < 2.3 ? value : undefined
  },
}

/** The same, but that what would fail comes to one value: a network that learned nothing. */
function flattened(name: string, { space, measure }: FailingProblem, flat: number): FailingProblem {
  return { name, space, flat, measure: (params) => measure(params) ?? flat }
}

const ball = failing(
  'ackley4, 96 %',
  cube(4, -10, 10),
  ackley,
  (x) => Math.hypot(...x.map((u, i) => u - i)) > 6,
)
const [large, small] = [memory('network, 62 %', 60_000), memory('network, 99 %', 5600)]

const corner = ([a, b, c]: readonly number[]) => 0.2 * (b! - 0.5) ** 2 + (c! - 0.3) ** 2 - a!

/** With the share of the space that says nothing, by 200,000 random points. */
export const FAILING: readonly FailingProblem[] = [
  failing('branin, 47 %', [float('x1', -5, 10), float('x2', 0, 15)], branin, ([a, b]) => a! + b! > 10.5),
  failing('levy4, 40 %', cube(4, -10, 10), levy, ([a, b]) => a! + b! > 2),
  failing('hartmann6, 51 %', cube(6, 0, 1), hartmann(HARTMANN6), ([a, , c]) => a! > 0.15 && c! < 0.6),
  failing('corner3, 45 %', cube(3, 0, 1), corner, ([a, b]) => a! + 0.5 * b! > 0.8),
  diverging,
  large,
  ball,
  small,
  flattened('ackley4, 96 % flat', ball, 12),
  flattened('network, 62 % flat', large, 2.3),
  flattened('network, 99 % flat', small, 2.3),
]
