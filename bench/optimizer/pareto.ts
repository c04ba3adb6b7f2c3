import { objectivesOf } from '../../src/domain/metric.ts'
import type { SamplerKind } from '../../src/domain/study.ts'
import { mean } from '../../src/math/stats.ts'
import { paretoFront } from '../../src/optimizer/analysis/pareto.ts'
import { SEVERAL_METRICS } from '../../src/trainers/function/several-metrics.ts'
import { simulateFunction } from '../../test/support/simulate-function.ts'
import { printTable, standardError } from './figures.ts'

const TRIALS = 40
/** What volumes are measured from. `told` where the study knows it, which then searches by it. */
const PROBLEMS = {
  zdt1: { name: 'zdt1', references: [1.1, 1.1], told: false },
  'branin-currin': { name: 'branin-currin', references: [310, 14], told: false },
  dtlz2: { name: 'dtlz2', references: [1.1, 1.1, 1.1], told: false },
  'dtlz2, references told': { name: 'dtlz2', references: [1.1, 1.1, 1.1], told: true },
} as const
type Problem = (typeof PROBLEMS)[keyof typeof PROBLEMS]

/** The hypervolume that is found, by problem and sampler: mean over the seeds, and its standard error. */
export function measurePareto(samplers: readonly SamplerKind[], seeds: readonly number[]): void {
  const hypervolume: Record<string, Record<string, number>> = {}
  const rows = Object.entries(PROBLEMS).map(([title, problem]) => {
    const found = samplers.map((sampler) => seeds.map((seed) => volumeOf(problem, sampler, seed)))
    hypervolume[title] = Object.fromEntries(samplers.map((sampler, k) => [sampler, mean(found[k]!)]))
    return [
      title,
      ...found.map((one) => `${mean(one).toPrecision(4)} ± ${standardError(one).toPrecision(1)}`),
    ]
  })
  printTable([`hypervolume at ${TRIALS} trials`, ...samplers], rows)
  console.log(JSON.stringify({ suite: 'pareto', hypervolume }))
}

function volumeOf({ name, references, told }: Problem, sampler: SamplerKind, seed: number): number {
  const objectives = objectivesOf(SEVERAL_METRICS[name].metrics)
  const measured = objectives.map((objective, k) => ({ ...objective, reference: references[k]! }))
  const snapshot = simulateFunction(name, sampler, TRIALS, seed, told ? measured : objectives)
  const { study } = snapshot
  const definition = { ...study.definition, metrics: measured }
  return paretoFront({ ...snapshot, study: { ...study, definition } }).hypervolume!
}
