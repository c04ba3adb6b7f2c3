/**
 * Regret of the samplers on functions with known optima:
 *
 *     npx tsx bench/optimizer/main.ts [seeds] [problem ...]
 *
 * Prints a Markdown table, then the same as one line of JSON. Regret is that of the best trial so far, by its value
 * without noise.
 */
import type { SamplerKind } from '../../src/domain/study.ts'
import { Random } from '../../src/math/random.ts'
import { simulate } from '../../test/support/simulate.ts'
import { PROBLEMS, type Problem } from './problems.ts'

const SAMPLERS: readonly SamplerKind[] = ['random', 'sobol', 'auto']

interface Result {
  readonly problem: string
  readonly sampler: SamplerKind
  readonly trials: number
  readonly median: number
  readonly mean: number
  readonly worst: number
  /** Share of the seeds that end within 1e-2 of the optimum. */
  readonly solved: number
  readonly millisecondsPerTrial: number
}

function measure(problem: Problem, sampler: SamplerKind, seeds: number): Result {
  const started = performance.now()
  const regrets = Array.from({ length: seeds }, (_, seed) => regretOf(problem, sampler, seed + 1))
  const elapsed = performance.now() - started
  regrets.sort((a, b) => a - b)
  return {
    problem: problem.name,
    sampler,
    trials: problem.trials,
    median: (regrets[(seeds - 1) >> 1]! + regrets[seeds >> 1]!) / 2,
    mean: regrets.reduce((sum, regret) => sum + regret, 0) / seeds,
    worst: regrets.at(-1)!,
    solved: regrets.filter((regret) => regret <= 1e-2).length / seeds,
    millisecondsPerTrial: elapsed / seeds / problem.trials,
  }
}

function regretOf(
  { space, value, trials, noise = 0, optimum }: Problem,
  sampler: SamplerKind,
  seed: number,
): number {
  const random = Random.fromSeed(seed).fork('noise')
  const { study, trials: done } = simulate({
    space,
    objective: (params) => value(params) + noise * random.normal(),
    trials,
    seed,
    sampler,
  })
  return value(done[study.bestTrial!]!.params) - optimum
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`
}

function print(results: readonly Result[]): void {
  console.log(
    row(['problem', 'sampler', 'trials', 'median regret', 'mean', 'worst', 'within 1e-2', 'ms a trial']),
  )
  console.log(row(['---', '---', '---:', '---:', '---:', '---:', '---:', '---:']))
  for (const result of results) {
    const regrets = [result.median, result.mean, result.worst].map((regret) => regret.toExponential(2))
    const solved = `${Math.round(100 * result.solved)} %`
    console.log(
      row([
        result.problem,
        result.sampler,
        result.trials,
        ...regrets,
        solved,
        result.millisecondsPerTrial.toFixed(1),
      ]),
    )
  }
  console.log(JSON.stringify(results))
}

const [seeds = '10', ...names] = process.argv.slice(2)
const chosen = PROBLEMS.filter(({ name }) => names.length === 0 || names.includes(name))
print(chosen.flatMap((problem) => SAMPLERS.map((sampler) => measure(problem, sampler, Number(seeds)))))
