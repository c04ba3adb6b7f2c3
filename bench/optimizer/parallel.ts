import { Random } from '../../src/math/random.ts'
import { mean } from '../../src/math/stats.ts'
import { type Measured, printByBudget } from './by-budget.ts'
import { quantileOf } from './figures.ts'
import { LCBENCH_BUDGETS, lcbenchProblems } from './lcbench.ts'
import { type Problem, SYNTHETIC } from './problems.ts'
import { randomRegret } from './synthetic.ts'

/** Asynchronous workers that are compared with a single one. */
export const WORKERS = 8

const RESAMPLES = 2000

/** Both kinds of problem, in units of what random search leaves; the synthetic ones at the budgets of the others. */
export function parallelProblems(benchmarks: string): readonly Problem[] {
  const synthetic = SYNTHETIC.map((problem) => ({
    ...problem,
    unit: randomRegret(benchmarks, problem.name),
    budgets: LCBENCH_BUDGETS,
  }))
  return [...lcbenchProblems(benchmarks), ...synthetic]
}

/** How much more regret several workers leave than one, of the same problems and seeds. */
export function printParallel(single: readonly Measured[], several: readonly Measured[]): void {
  for (const [workers, measured] of [
    [1, single],
    [WORKERS, several],
  ] as const) {
    console.log(`\nWorkers: ${workers}\n`)
    printByBudget(measured, {})
  }
  const pairs = single.map((one, k) => ({ name: one.problem.name, ...pairOf(one, several[k]!) }))
  const isSynthetic = (name: string) => SYNTHETIC.some((problem) => problem.name === name)
  const groups = {
    lcbench: pairs.filter(({ name }) => !isSynthetic(name)),
    synthetic: pairs.filter(({ name }) => isSynthetic(name)),
  }
  const figures = Object.entries(groups)
    .filter(([, group]) => group.length > 0)
    .map(([name, group]) => [name, compare(group)] as const)
  for (const [name, { regret, ratio, interval }] of figures)
    console.log(
      `${name}: regret ${regret[1].toPrecision(3)} alone, ${regret[WORKERS].toPrecision(3)} with ${WORKERS} workers: ${ratio.toFixed(2)} times, 90 % of resampled seeds between ${interval.map((end) => end.toFixed(2)).join(' and ')}`,
    )
  const ratio = Math.max(...figures.map(([, figure]) => figure.ratio))
  console.log(JSON.stringify({ suite: 'parallel', ratio, of: Object.fromEntries(figures) }))
}

/** Regrets at the last budget, by seed. */
interface Pair {
  readonly one: readonly number[]
  readonly many: readonly number[]
}

/** From the best value known, be it that of a study of this run: a ratio of regrets below 0 has no sense. */
function pairOf(single: Measured, several: Measured): Pair {
  const lastOf = ({ regrets }: Measured) => regrets.map((seed) => seed.at(-1)!)
  const [one, many] = [lastOf(single), lastOf(several)]
  const best = Math.min(0, ...one, ...many)
  return { one: one.map((regret) => regret - best), many: many.map((regret) => regret - best) }
}

function compare(pairs: readonly Pair[]) {
  const [one, many] = [meanOf(pairs.map((pair) => pair.one)), meanOf(pairs.map((pair) => pair.many))]
  return { regret: { 1: one, [WORKERS]: many }, ratio: many / one, interval: intervalOf(pairs) }
}

/** The problems are what they are; which seeds they were tried with is chance. Those of a seed share design and draws. */
function intervalOf(pairs: readonly Pair[]): [number, number] {
  const random = Random.fromSeed(0)
  const seeds = [...pairs[0]!.one.keys()]
  const ratios = Array.from({ length: RESAMPLES }, () => {
    const drawn = seeds.map(() => random.pick(seeds))
    const meanOfDrawn = (side: keyof Pair) =>
      meanOf(pairs.map((pair) => drawn.map((seed) => pair[side][seed]!)))
    return meanOfDrawn('many') / meanOfDrawn('one')
  })
  return [quantileOf(ratios, 0.05), quantileOf(ratios, 0.95)]
}

function meanOf(problems: readonly (readonly number[])[]): number {
  return mean(problems.map(mean))
}
