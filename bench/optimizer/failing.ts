import type { SamplerKind } from '../../src/domain/study.ts'
import { mean } from '../../src/math/stats.ts'
import { bestValue, simulate } from '../../test/support/simulate.ts'
import { FAILING, type FailingProblem } from './failing-problems.ts'
import { figureText, median, printTable } from './figures.ts'

const TRIALS = 48

interface Outcome {
  /** How many trials it took until one succeeded; Infinity where none did. */
  readonly first: number
  readonly failures: number
  /** The best value; Infinity where there is none. */
  readonly best: number
}

/** How soon studies whose trials may fail find what succeeds, how many fail, and what the best comes to. */
export function measureFailing(
  samplers: readonly SamplerKind[],
  seeds: readonly number[],
  workers: number,
): void {
  const failing: Record<string, Record<string, Outcome & { found: number }>> = {}
  const rows = FAILING.flatMap((problem) =>
    samplers.map((sampler) => {
      const outcomes = seeds.map((seed) => outcomeOf(problem, sampler, seed, workers))
      const found = outcomes.filter(({ best }) => Number.isFinite(best)).length
      const first = median(outcomes.map((one) => one.first))
      const failures = mean(outcomes.map((one) => one.failures))
      const best = median(outcomes.map((one) => one.best))
      failing[problem.name] = { ...failing[problem.name], [sampler]: { found, first, failures, best } }
      return [problem.name, sampler, `${found} / ${seeds.length}`, ...[first, failures, best].map(figureText)]
    }),
  )
  printTable(['problem', 'sampler', 'found', 'first success', `failures of ${TRIALS}`, 'best'], rows)
  console.log(JSON.stringify({ suite: 'failing', workers, failing }))
}

function outcomeOf(
  { space, measure }: FailingProblem,
  sampler: SamplerKind,
  seed: number,
  parallel: number,
): Outcome {
  const snapshot = simulate({ space, objective: measure, trials: TRIALS, seed, sampler, parallel })
  const first = snapshot.trials.findIndex(({ state }) => state === 'completed')
  return {
    first: first < 0 ? Number.POSITIVE_INFINITY : first + 1,
    failures: snapshot.trials.filter(({ state }) => state === 'failed').length,
    best: bestValue(snapshot),
  }
}
