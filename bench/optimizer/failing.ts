import type { SamplerKind } from '../../src/domain/study.ts'
import { mean } from '../../src/math/stats.ts'
import { bestValue, simulate } from '../../test/support/simulate.ts'
import { FAILING, type FailingProblem } from './failing-problems.ts'
import { figureText, median, printTable } from './figures.ts'

const TRIALS = 48

interface Outcome {
  /** How many trials it took until one said something; Infinity where none did. */
  readonly first: number
  /** How many said nothing. */
  readonly failures: number
  /** The best value; Infinity where there is none. */
  readonly best: number
}

/**
 * How soon studies of which trials say nothing find one that does, how many say nothing, and what the best comes to:
 * medians over the seeds, of how many the mean.
 */
export function measureFailing(
  samplers: readonly SamplerKind[],
  seeds: readonly number[],
  workers: number,
): void {
  const failing: Record<string, Record<string, Outcome & { found: number }>> = {}
  const rows = FAILING.flatMap((problem) =>
    samplers.map((sampler) => {
      const outcomes = seeds.map((seed) => outcomeOf(problem, sampler, seed, workers))
      const found = outcomes.filter(({ first }) => Number.isFinite(first)).length
      const first = median(outcomes.map((one) => one.first))
      const failures = mean(outcomes.map((one) => one.failures))
      const best = median(outcomes.map((one) => one.best))
      failing[problem.name] = { ...failing[problem.name], [sampler]: { found, first, failures, best } }
      return [problem.name, sampler, `${found} / ${seeds.length}`, ...[first, failures, best].map(figureText)]
    }),
  )
  printTable(
    ['problem', 'sampler', 'found', 'first that says something', `saying nothing of ${TRIALS}`, 'best'],
    rows,
  )
  console.log(JSON.stringify({ suite: 'failing', workers, failing }))
}

function outcomeOf(
  { space, measure, flat }: FailingProblem,
  sampler: SamplerKind,
  seed: number,
  parallel: number,
): Outcome {
  const snapshot = simulate({ space, objective: measure, trials: TRIALS, seed, sampler, parallel })
  const values = snapshot.trials.map(({ metrics }) => metrics?.value)
  const isTelling = values.map((value) => value !== undefined && value !== flat)
  const first = isTelling.indexOf(true)
  return {
    first: first < 0 ? Number.POSITIVE_INFINITY : first + 1,
    failures: isTelling.filter((is) => !is).length,
    best: bestValue(snapshot),
  }
}
