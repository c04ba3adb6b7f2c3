import { constraintsOf, isFeasibleOutcome, violationOf } from '../../src/domain/metric.ts'
import type { SamplerKind } from '../../src/domain/study.ts'
import type { StudySnapshot } from '../../src/domain/study-snapshot.ts'
import { bestValue, simulate } from '../../test/support/simulate.ts'
import { BOUNDED, type BoundedProblem } from './bounded-problems.ts'
import { figureText, median, printTable } from './figures.ts'

interface Outcome {
  /** How many trials it took until one kept to all bounds; Infinity where none did. */
  readonly first: number
  /** The best value within the bounds; Infinity where there is none. */
  readonly best: number
  /** By how much the last quarter of the trials exceeded the bounds, in the median. */
  readonly excess: number
}

/** How soon studies keep to their bounds, and what they find within them: medians over the seeds. */
export function measureBounded(
  samplers: readonly SamplerKind[],
  seeds: readonly number[],
  workers: number,
): void {
  const bounded: Record<string, Record<string, Outcome & { found: number }>> = {}
  const rows = BOUNDED.flatMap((problem) =>
    samplers.map((sampler) => {
      const outcomes = seeds.map((seed) => outcomeOf(problem, runOf(problem, sampler, seed, workers)))
      const found = outcomes.filter(({ first }) => Number.isFinite(first)).length
      const [first, best, excess] = (['first', 'best', 'excess'] as const).map((figure) =>
        median(outcomes.map((one) => one[figure])),
      )
      bounded[problem.name] = {
        ...bounded[problem.name],
        [sampler]: { found, first: first!, best: best!, excess: excess! },
      }
      return [
        problem.name,
        sampler,
        `${found} / ${seeds.length}`,
        ...[first!, best!, excess!].map(figureText),
      ]
    }),
  )
  printTable(['problem', 'sampler', 'found', 'first within', 'best', 'excess at the end'], rows)
  console.log(JSON.stringify({ suite: 'bounded', workers, bounded }))
}

function runOf(problem: BoundedProblem, sampler: SamplerKind, seed: number, parallel: number): StudySnapshot {
  const { space, measure, metrics, trials } = problem
  return simulate({ space, objective: measure, metrics, trials, seed, sampler, parallel })
}

function outcomeOf({ metrics, trials: budget }: BoundedProblem, snapshot: StudySnapshot): Outcome {
  const told = snapshot.trials.map((trial) => trial.metrics ?? {})
  const first = told.findIndex((values) => isFeasibleOutcome(metrics, values))
  const excesses = told.map((values) =>
    constraintsOf(metrics).reduce((sum, bound) => sum + violationOf(bound, values[bound.name]), 0),
  )
  return {
    first: first < 0 ? Number.POSITIVE_INFINITY : first + 1,
    best: bestValue(snapshot),
    excess: median(excesses.slice(-budget / 4)),
  }
}
