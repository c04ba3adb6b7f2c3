/**
 * How good the samplers are, and how fast; see README.md beside this file.
 *
 *     npm run bench:optimizer -- --suite synthetic|tabular|lcbench|parallel|mixed|noisy|decades --benchmarks DIR [problem ...]
 *         [--seeds 10] [--first-seed 0] [--sampler auto]... [--incumbent told|recommended] [--jobs 1]
 *     npm run bench:optimizer -- --suite warm-start|pruning --benchmarks DIR [--workers 1] [--seeds 5] [--jobs 1]
 *     npm run bench:optimizer -- --suite pareto [--seeds 3] [--first-seed 0] [--sampler auto]...
 *     npm run bench:optimizer -- --suite bounded|failing [--workers 1] [--seeds 8|16] [--first-seed 0]
 *         [--sampler auto]...
 *     npm run bench:optimizer -- --suite latency [--sampler auto] [--rows 100,500,1000,10000] [--repeats 15]
 *         [--large]
 *
 * DIR is the folder of the benchmarks' data and the recorded results of other optimizers; mixed, noisy and decades need none.
 * Each prints a Markdown table, and as its last line its figures as one object of JSON.
 */
import { parseArgs } from 'node:util'
import { PRUNER_KINDS, type SamplerKind } from '../../src/domain/study.ts'
import { SAMPLERS } from '../../src/optimizer/registry.ts'
import { measureBounded } from './bounded.ts'
import { type Measured, meanByBudget, printByBudget, type RecordedRegrets } from './by-budget.ts'
import { measureFailing } from './failing.ts'
import { type Job, runJobs } from './jobs.ts'
import { measureLatency } from './latency.ts'
import { lcbenchPeers } from './lcbench.ts'
import { printParallel, WORKERS } from './parallel.ts'
import { measurePareto } from './pareto.ts'
import type { Problem } from './problems.ts'
import { printPruning } from './pruning.ts'
import { INCUMBENTS, type Incumbent } from './studies.ts'
import { isSuite, problemsOf, type SuiteName } from './suites.ts'
import { printSynthetic } from './synthetic.ts'
import { tabularPeers } from './tabular.ts'
import { CORPORA, printWarmStart } from './warm-start.ts'

const DEFAULT_SEEDS = {
  synthetic: 10,
  tabular: 10,
  lcbench: 5,
  'warm-start': 5,
  pruning: 5,
  parallel: 5,
  mixed: 20,
  noisy: 12,
  decades: 12,
} as const
const DEFAULT_PARETO_SEEDS = 3
const DEFAULT_BOUNDED_SEEDS = 8
const DEFAULT_FAILING_SEEDS = 16

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: 'string', default: 'synthetic' },
    benchmarks: { type: 'string' },
    seeds: { type: 'string' },
    'first-seed': { type: 'string', default: '0' },
    sampler: { type: 'string', multiple: true },
    incumbent: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    rows: { type: 'string', default: '100,500,1000,10000' },
    repeats: { type: 'string', default: '15' },
    large: { type: 'boolean', default: false },
  },
})
const { suite, benchmarks = '' } = values
const samplers = values.sampler?.map(knownSampler) ?? ['auto']
// Who says that results are noisy is told which trial to use by the recommendation.
const incumbent = knownIncumbent(
  values.incumbent ?? (suite === 'tabular' || suite === 'noisy' ? 'recommended' : 'told'),
)

if (suite === 'latency')
  measureLatency(samplers[0]!, values.rows.split(',').map(Number), Number(values.repeats), {
    large: values.large,
  })
else if (suite === 'pareto')
  measurePareto(values.sampler ? samplers : ['auto', 'nsga-ii', 'random'], seedsOf(DEFAULT_PARETO_SEEDS))
else if (suite === 'bounded')
  measureBounded(
    values.sampler ? samplers : ['auto', 'tpe', 'random'],
    seedsOf(DEFAULT_BOUNDED_SEEDS),
    Number(values.workers),
  )
else if (suite === 'failing')
  measureFailing(
    values.sampler ? samplers : ['auto', 'tpe', 'random'],
    seedsOf(DEFAULT_FAILING_SEEDS),
    Number(values.workers),
  )
else if (isSuite(suite)) await runSuite(suite)
else
  throw new Error(
    `No suite is called ${suite}: ${Object.keys(DEFAULT_SEEDS).join(', ')}, pareto, bounded, failing or latency.`,
  )

async function runSuite(name: SuiteName): Promise<void> {
  switch (name) {
    case 'synthetic':
      return printSynthetic(await measure(name, samplers), benchmarks)
    case 'tabular':
      return printRegrets(name, await measure(name, samplers), tabularPeers(benchmarks))
    case 'lcbench':
      return printRegrets(name, await measure(name, samplers), lcbenchPeers(benchmarks))
    case 'noisy':
      return printBesideOurs(name, await measure(name, values.sampler ? samplers : ['auto', 'tpe', 'cma-es']))
    case 'mixed':
    case 'decades':
      return printBesideOurs(name, await measure(name, values.sampler ? samplers : ['auto', 'tpe', 'random']))
    case 'warm-start':
      return printWarmStart(
        await measureEach(
          name,
          CORPORA.map((earlier) => ({ earlier })),
        ),
      )
    case 'pruning':
      return printPruning(
        PRUNER_KINDS,
        await measureEach(
          name,
          PRUNER_KINDS.map((pruner) => ({ pruner })),
        ),
      )
    case 'parallel':
      return printParallel(await measure(name, samplers), await measure(name, samplers, WORKERS))
  }
}

/** A block of regrets for each way to run the suite's studies. */
async function measureEach(
  name: SuiteName,
  ways: readonly Pick<Job, 'earlier' | 'pruner'>[],
): Promise<(readonly (readonly (readonly number[])[])[])[]> {
  const blocks = []
  for (const way of ways) {
    const measured = await measure(name, samplers.slice(0, 1), Number(values.workers), way)
    blocks.push(measured.map(({ regrets }) => regrets))
  }
  return blocks
}

async function measure(
  name: SuiteName,
  chosenSamplers: readonly SamplerKind[],
  parallel = 1,
  way: Pick<Job, 'earlier' | 'pruner'> = {},
): Promise<Measured[]> {
  const seeds = seedsOf(DEFAULT_SEEDS[name])
  const count = seeds.length
  const studies = chosen(problemsOf(name, benchmarks)).flatMap((problem) =>
    chosenSamplers.map((sampler) => ({ problem, sampler })),
  )
  const jobs = studies.flatMap(({ problem, sampler }) =>
    seeds.map((seed) => ({
      suite: name,
      problem: problem.name,
      sampler,
      seed,
      parallel,
      incumbent,
      benchmarks,
      ...way,
    })),
  )
  const regrets = await runJobs(jobs, Number(values.jobs))
  return studies.map((study, k) => ({
    ...study,
    incumbent,
    regrets: regrets.slice(k * count, (k + 1) * count),
  }))
}

function seedsOf(usual: number): number[] {
  const count = Number(values.seeds ?? usual)
  return Array.from({ length: count }, (_, k) => Number(values['first-seed']) + k)
}

function printRegrets(name: SuiteName, measured: readonly Measured[], peers: RecordedRegrets): void {
  printByBudget(measured, peers)
  console.log(JSON.stringify({ suite: name, incumbent, regret: regretOf(measured, samplers[0]!) }))
}

/** Beside samplers of our own. */
function printBesideOurs(suite: SuiteName, measured: readonly Measured[]): void {
  printByBudget(measured, {})
  const bySampler = [...new Set(measured.map(({ sampler }) => sampler))].map((sampler) => [
    sampler,
    regretOf(measured, sampler),
  ])
  const best = problemsLedBy(measured, measured[0]!.sampler)
  console.log(JSON.stringify({ suite, regret: Object.fromEntries(bySampler), best }))
}

/** Names of the problems on which this sampler's mean regret is the lowest at every budget. */
function problemsLedBy(measured: readonly Measured[], sampler: SamplerKind): string[] {
  const meansOf = ({ regrets, problem }: Measured) => meanByBudget([regrets], problem.budgets)
  const own = measured.filter((one) => one.sampler === sampler)
  const isLed = (one: Measured) => {
    const means = meansOf(one)
    const others = measured.filter(
      ({ problem, sampler: name }) => problem === one.problem && name !== sampler,
    )
    return others.every((other) => meansOf(other).every((regret, k) => means[k]! < regret))
  }
  return own.filter(isLed).map(({ problem }) => problem.name)
}

/** Mean regret at each budget. */
function regretOf(measured: readonly Measured[], sampler: SamplerKind): Record<string, number> {
  const { budgets } = measured[0]!.problem
  const own = measured.filter((one) => one.sampler === sampler).map(({ regrets }) => regrets)
  const means = meanByBudget(own, budgets)
  return Object.fromEntries(budgets.map((budget, k) => [budget, means[k]!]))
}

/** Those that the command names, or all. */
function chosen(problems: readonly Problem[]): readonly Problem[] {
  const names = problems.map(({ name }) => name)
  const unknown = positionals.filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new Error(`No problem is called ${unknown.join(', ')}: ${names.join(', ')}.`)
  return problems.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
}

function knownSampler(name: string): SamplerKind {
  if (!Object.hasOwn(SAMPLERS, name)) throw new Error(`No sampler is called ${name}.`)
  return name as SamplerKind
}

function knownIncumbent(name: string): Incumbent {
  const found = INCUMBENTS.find((known) => known === name)
  if (!found) throw new Error(`--incumbent must be one of ${INCUMBENTS.join(', ')}.`)
  return found
}
