import type { SamplerKind } from '../../src/domain/study.ts'
import { Random } from '../../src/math/random.ts'
import { simulate } from '../../test/support/simulate.ts'
import type { Problem } from './problems.ts'

/** Regret of one seed's study: of the best trial by what the optimizer was told, measured without noise. */
export function regretOf(
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

export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** @param values in any order. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

export function printTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'))
  for (const cells of [header, rule, ...rows]) console.log(line(cells))
}
