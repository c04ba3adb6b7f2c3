import type { ParameterValues, SearchSpace } from '../../src/domain/search-space.ts'
import type { Random } from '../../src/math/random.ts'
import {
  ackley,
  branin,
  griewank,
  HARTMANN3,
  HARTMANN6,
  hartmann,
  levy,
  michalewicz,
  rosenbrock,
  sineCosine,
  styblinski,
} from './classics.ts'
import { ofNumbers } from './on-box.ts'
import { MIXED_SPACE, mixed, VALLEY_SPACE, valley } from './tuning-like.ts'

export interface Problem {
  readonly name: string
  readonly space: SearchSpace
  /** Minimized; without noise. */
  readonly value: (params: ParameterValues) => number
  /** What it has come to by an epoch, where a trial is a training. */
  readonly curve?: (params: ParameterValues, epoch: number) => number
  readonly optimum: number
  /** What a regret is divided by; 1 when absent. */
  readonly unit?: number
  /** Numbers of trials, ascending, at which the regret is taken. */
  readonly budgets: readonly number[]
  /** Standard deviation of the noise on what the optimizer is told. */
  readonly noise?: number
  /** Of what studies are told. */
  readonly scale?: 'log'
  /** Whether studies say that the same values give another result each time. */
  readonly noisy?: true
  /** What the optimizer is told, where that is not the value and such noise. */
  readonly tell?: (params: ParameterValues, random: Random) => number
}

/** Those of the recorded results. */
const SYNTHETIC_BUDGETS = [10, 20, 30, 40, 60]

type Range = readonly [min: number, max: number]
type VectorFunction = (x: readonly number[]) => number

function onBox(name: string, ranges: readonly Range[], value: VectorFunction, optimum: number): Problem {
  const parameters = ranges.map(
    ([min, max], i) => ({ name: `x${i}`, type: 'float', min, max, scale: 'linear' }) as const,
  )
  return {
    name,
    space: { parameters, constraints: [] },
    value: ofNumbers(value),
    optimum,
    budgets: SYNTHETIC_BUDGETS,
  }
}

const cube = (dimensions: number, min: number, max: number) =>
  Array.from({ length: dimensions }, (): Range => [min, max])
/** Moves the optimum off the centre, where the middle of every range would find it. */
const shifted =
  (value: VectorFunction, by: readonly number[]): VectorFunction =>
  (x) =>
    value(x.map((u, i) => u - by[i]!))

/** The suite that other optimizers' recorded results are for. */
export const SYNTHETIC: readonly Problem[] = [
  onBox('branin', [[-5, 10], [0, 15]], branin, 0.39788735772973816), // biome-ignore format: one line a problem
  onBox('hartmann3', cube(3, 0, 1), hartmann(HARTMANN3), -3.862782147820755),
  onBox('hartmann6', cube(6, 0, 1), hartmann(HARTMANN6), -3.322368011415515),
  onBox('ackley5', cube(5, -32.768, 32.768), shifted(ackley, [7.3, -11.2, 3.9, -5.4, 12.6]), 0),
  onBox('levy4', cube(4, -10, 10), levy, 0),
  onBox('rosenbrock4', cube(4, -5, 10), rosenbrock, 0),
  onBox('griewank5', cube(5, -600, 600), shifted(griewank, [113, -87, 41, -152, 66]), 0),
  onBox('styblinski5', cube(5, -5, 5), styblinski, -39.16616570377142 * 5),
  onBox('michalewicz5', cube(5, 0, Math.PI), michalewicz, -4.687658179),
  onBox('sincos2', cube(2, -10, 10), sineCosine, -2),
  { name: 'mixed6', space: MIXED_SPACE, value: mixed, optimum: 0, budgets: SYNTHETIC_BUDGETS },
  {
    name: 'lrwd4',
    space: VALLEY_SPACE,
    value: valley,
    optimum: 0.12,
    budgets: SYNTHETIC_BUDGETS,
    noise: 0.02,
  },
]
