import type { SamplerKind } from '../../src/domain/study.ts'
import { mean } from '../../src/math/stats.ts'
import { printTable, standardError } from './figures.ts'
import type { Problem } from './problems.ts'
import type { Incumbent } from './studies.ts'

/** By problem and sampler: one list of regrets by growing budget for each seed. */
export type RecordedRegrets = Readonly<
  Record<string, Readonly<Record<string, readonly (readonly number[])[]>>>
>

/** What one sampler reached on one problem. */
export interface Measured {
  readonly problem: Problem
  readonly sampler: SamplerKind
  /** Which of a study's trials its regret is of; of recorded ones it is the best told. */
  readonly incumbent: Incumbent
  /** One list by growing budget for each seed. */
  readonly regrets: readonly (readonly number[])[]
}

/** Mean regrets by budget, of all the problems alike; the spread is the standard error over the seeds of each. */
export function printByBudget(measured: readonly Measured[], peers: RecordedRegrets): void {
  const budgets = measured[0]!.problem.budgets
  const samplers = [...new Set(measured.map(({ sampler }) => sampler))]
  const problems = [...new Set(measured.map(({ problem }) => problem.name))]
  const recorded = [...new Set(problems.flatMap((name) => Object.keys(peers[name] ?? {})))]
  const columns = [
    ...samplers.map((sampler) => ({
      title: `${sampler} (${measured[0]!.incumbent})`,
      of: (name: string) => measured.find((m) => m.problem.name === name && m.sampler === sampler)!.regrets,
    })),
    ...recorded.map((peer) => ({
      title: `${peer} (recorded)`,
      of: (name: string) => peers[name]?.[peer] ?? [],
    })),
  ]
  const rows = problems.map((name) => [name, ...columns.map(({ of }) => spreadCell(of(name), budgets))])
  const all = columns.map(({ of }) => meanByBudget(problems.map(of), budgets).map(figure).join(' / '))
  printTable(
    [`regret at ${budgets.join(' / ')} trials`, ...columns.map(({ title }) => title)],
    [...rows, ['mean', ...all]],
  )
}

/** The mean over problems of the mean over seeds, at each budget. */
export function meanByBudget(
  problems: readonly (readonly (readonly number[])[])[],
  budgets: readonly number[],
): number[] {
  return budgets.map((_, k) => mean(problems.map((seeds) => mean(seeds.map((regrets) => regrets[k]!)))))
}

function spreadCell(seeds: readonly (readonly number[])[], budgets: readonly number[]): string {
  if (seeds.length === 0) return '-'
  const cells = budgets.map((_, k) => {
    const values = seeds.map((regrets) => regrets[k]!)
    return `${figure(mean(values))} ± ${figure(standardError(values))}`
  })
  return cells.join(' / ')
}

function figure(value: number): string {
  return value.toPrecision(value < 0.001 ? 1 : 2)
}
