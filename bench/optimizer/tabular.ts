import type { ParameterSpec, ParameterValues } from '../../src/domain/search-space.ts'
import { mean } from '../../src/math/stats.ts'
import { readBenchmark, readBenchmarkJson } from './benchmarks-folder.ts'
import type { RecordedRegrets } from './by-budget.ts'
import type { Problem } from './problems.ts'

const TABLES = ['car', 'phoneme', 'kc1', 'blood_transfusion', 'naval_propulsion', 'protein_structure']
const RECORDED_BUDGETS = [10, 25, 50, 75, 100]
const TABULAR_BUDGETS = [25, 50, 100]

/** A complete table: rows in row-major order of the parameters, several training runs each. */
interface Table {
  readonly name: string
  readonly goal: 'minimize' | 'maximize'
  readonly seeds: number
  readonly parameters: readonly {
    readonly name: string
    readonly type: 'float' | 'int' | 'categorical'
    readonly values: readonly (number | string)[]
  }[]
  readonly bestMeanOverSeeds: number
  readonly medianMeanOverSeeds: number
}

/** An observation is one run's value; the value is the mean over the runs. */
export function tabularProblems(benchmarks: string): readonly Problem[] {
  return TABLES.map((name) => {
    const table = readBenchmarkJson(benchmarks, 'tabular', `${name}.json`) as Table
    const bytes = readBenchmark(benchmarks, 'tabular', `${name}.f32`)
    return tableProblem(table, bytes)
  })
}

function tableProblem(table: Table, bytes: Buffer): Problem {
  const sign = table.goal === 'maximize' ? -1 : 1
  const runs = (params: ParameterValues) => {
    const start = 4 * table.seeds * rowOf(table, params)
    return Array.from({ length: table.seeds }, (_, run) => sign * bytes.readFloatLE(start + 4 * run))
  }
  const optimum = sign * table.bestMeanOverSeeds
  return {
    name: table.name,
    space: { parameters: table.parameters.map(toSpec), constraints: [] },
    value: (params) => mean(runs(params)),
    tell: (params, random) => random.pick(runs(params)),
    noisy: true,
    optimum,
    unit: sign * table.medianMeanOverSeeds - optimum,
    budgets: TABULAR_BUDGETS,
  }
}

/** As the recorded peers saw it: a list of numbers by the index, a list of names by the name. */
function toSpec({ name, type, values }: Table['parameters'][number]): ParameterSpec {
  if (type === 'categorical') return { name, type, choices: values }
  return { name, type: 'int', min: 0, max: values.length - 1, step: 1, scale: 'linear' }
}

function rowOf({ parameters }: Table, params: ParameterValues): number {
  return parameters.reduce((row, { name, type, values }) => {
    const given = params[name]!
    const index = type === 'categorical' ? values.indexOf(given as string) : Number(given)
    return row * values.length + index
  }, 0)
}

export function tabularPeers(benchmarks: string): RecordedRegrets {
  const { tables } = readBenchmarkJson(benchmarks, 'tabular', 'peers.json') as { tables: RecordedRegrets }
  const columns = TABULAR_BUDGETS.map((budget) => RECORDED_BUDGETS.indexOf(budget))
  const atBudgets = (seeds: readonly (readonly number[])[]) =>
    seeds.map((regrets) => columns.map((k) => regrets[k]!))
  return mapValues(tables, (peers) => mapValues(peers, atBudgets))
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
