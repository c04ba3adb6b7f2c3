import type { SamplerKind } from '../../src/domain/study.ts'
import type { Problem } from './problems.ts'
import { average, median, printTable, regretOf } from './run.ts'

/** Regret of each sampler on each problem, without comparison. */
export function measureRegret(
  problems: readonly Problem[],
  samplers: readonly SamplerKind[],
  seeds: number,
): void {
  const results = problems.flatMap((problem) =>
    samplers.map((sampler) => measureOne(problem, sampler, seeds)),
  )
  const rows = results.map((result) => [
    result.problem,
    result.sampler,
    result.trials,
    ...[result.median, result.mean, result.worst].map((regret) => regret.toExponential(2)),
    `${Math.round(100 * result.solved)} %`,
    result.millisecondsPerTrial.toFixed(1),
  ])
  printTable(
    ['problem', 'sampler', 'trials', 'median regret', 'mean', 'worst', 'within 1e-2', 'ms a trial'],
    rows,
  )
  console.log(JSON.stringify({ suite: 'regret', results }))
}

function measureOne(problem: Problem, sampler: SamplerKind, seeds: number) {
  const started = performance.now()
  const regrets = Array.from({ length: seeds }, (_, seed) => regretOf(problem, sampler, seed + 1))
  const elapsed = performance.now() - started
  return {
    problem: problem.name,
    sampler,
    trials: problem.trials,
    median: median(regrets),
    mean: average(regrets),
    worst: Math.max(...regrets),
    /** Share of the seeds that end within 1e-2 of the optimum. */
    solved: regrets.filter((regret) => regret <= 1e-2).length / seeds,
    millisecondsPerTrial: elapsed / seeds / problem.trials,
  }
}
