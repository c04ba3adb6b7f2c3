/**
 * How fast the engine trains: CPU seconds of one thread for a whole training, without loading rows and judging them.
 *
 *   npm run -s bench:engine -- --workloads <workloads.json> [--workload W3] [--seed 0] [--kernels avx2] [--seeds 5]
 *
 * With a workload: one line of JSON. Without: Markdown tables of all workloads beside PyTorch in the same run (where
 * python3 has it), the recorded peers, and the machine's limit, measured in the same processes; loss and accuracy over the
 * seeds, and whether they are PyTorch's but for noise; then how close the losses stay to the reference traces. The last
 * line is one JSON object.
 */
import { parseArgs } from 'node:util'
import { type Comparison, compare, measure } from './measure.ts'
import { readPeers, Torch } from './peers.ts'
import { buildProgram, runProgram } from './program.ts'
import { judgeQuality, QUALITY_HEADER, qualityRow } from './quality.ts'
import { SPEED_HEADER, speedRow, TRACE_HEADER, traceRow } from './report.ts'
import { checkTrace, type TraceCheck } from './traces.ts'
import { obstacle, readWorkloads, type Workload, type WorkloadSet, wordsFor } from './workloads.ts'

const { values: options } = parseArgs({
  options: {
    workloads: { type: 'string' },
    workload: { type: 'string' },
    seed: { type: 'string', default: '0' },
    kernels: { type: 'string', default: 'best' },
    seeds: { type: 'string', default: '5' },
  },
})

try {
  const set = readWorkloads(options.workloads)
  buildProgram()
  if (options.workload === undefined) reportAll(set, options.workloads!)
  else console.log(JSON.stringify(measureNamed(set, options.workload)))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

function settings() {
  return { seed: Number(options.seed), kernels: options.kernels }
}

function measureNamed({ path, workloads }: WorkloadSet, name: string) {
  const workload = workloads.find(({ id }) => id === name)
  if (!workload) throw new Error(`There is no ${name}: use ${workloads.map(({ id }) => id).join(', ')}.`)
  const reason = obstacle(workload, path)
  if (reason) throw new Error(`${name} ${reason}.`)
  return measure(workload, path, settings(), 3)
}

function reportAll({ path, workloads }: WorkloadSet, given: string): void {
  const known = workloads.filter((workload) => obstacle(workload, path) === undefined)
  const absent = workloads.filter((workload) => !known.includes(workload))
  for (const workload of absent) console.log(`${workload.id} ${obstacle(workload, path)}.`)
  const comparisons = reportSpeed(known, path, given)
  console.log(`\n${QUALITY_HEADER}`)
  const qualities = comparisons.map(judgeQuality)
  for (const quality of qualities) console.log(qualityRow(quality))
  const traces = reportTraces(known, path, given)
  const two_threads = reportPair(known, path)
  const figures = comparisons.map(({ fastest, torch }) => ({
    ...fastest,
    torch_seconds: torch.length > 0 ? Math.min(...torch.map(({ seconds }) => seconds)) : undefined,
  }))
  console.log(
    JSON.stringify({
      seed: Number(options.seed),
      workloads: figures,
      quality: qualities,
      traces,
      two_threads,
    }),
  )
}

function reportSpeed(workloads: readonly Workload[], path: string, given: string): Comparison[] {
  const torch = new Torch(given)
  const peers = readPeers(given)
  console.log(`CPU seconds of one thread, the least of ${options.seeds} rounds, each a seed of its own.`)
  if (torch.absence !== undefined) console.log(`Without PyTorch: ${torch.absence}.`)
  console.log(`\n${SPEED_HEADER}`)
  return workloads.map((workload) => {
    const comparison = compare(workload, path, settings(), Number(options.seeds), torch)
    console.log(speedRow(comparison, peers))
    return comparison
  })
}

function reportTraces(workloads: readonly Workload[], path: string, given: string): TraceCheck[] {
  console.log(`\nRelative error of each batch's loss, beside PyTorch in float64.\n\n${TRACE_HEADER}`)
  const checks = workloads
    .map((workload) => checkTrace(workload, path, given, options.kernels))
    .filter((check) => check !== undefined)
  for (const check of checks) console.log(traceRow(check))
  if (checks.some(({ within }) => !within)) process.exitCode = 1
  return checks
}

/** The first workload whose training is long enough to time and short enough to repeat. */
function reportPair(workloads: readonly Workload[], path: string): number | undefined {
  const workload = workloads.find(({ id }) => id === 'W3')
  if (!workload) return undefined
  const words = [...wordsFor(workload, path), 'mode=pair', 'seed=0', `kernels=${options.kernels}`]
  const { ratio } = runProgram([...words, 'each=2', 'rounds=20']) as { ratio: number }
  console.log(`\nTwo trainings at once in one process: ${ratio} times the trainings of one (wall clock).\n`)
  return ratio
}
