/**
 * How fast the engine trains: CPU seconds of one thread for a whole training, without loading rows and judging them.
 *
 *   npm run -s bench:engine -- --workloads <workloads.json> [--workload W3] [--seed 0] [--kernels avx2]
 *
 * With a workload: one line of JSON. Without: a Markdown table of all that the engine can express, beside the peers
 * recorded in peers.json (taken on another day, so rough) and the FMA peak of this machine in the same process; its last line is one JSON object.
 */
import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { packagePath } from '../../src/package-path.ts'
import {
  differences,
  flopsPerRow,
  obstacle,
  type Peers,
  readPeers,
  readWorkloads,
  type Workload,
  wordsFor,
} from './workloads.ts'

interface Figures {
  readonly workload: string
  readonly seed: number
  readonly seconds: number
  readonly samples_per_s: number
  /** Of the matrix products alone. */
  readonly gflops: number
  /** Of the training rows, after training. */
  readonly loss: number
  /** Share of right classes of the test rows, or their R2. */
  readonly accuracy: number
  /** Bytes, of a process that does nothing else. */
  readonly peak_rss: number
  readonly kernels: string
  /** FMA peak of the same core just before: other load on the machine lowers both. */
  readonly peak_gflops: number
  readonly differences: readonly string[]
}

const { values: options } = parseArgs({
  options: {
    workloads: { type: 'string' },
    workload: { type: 'string' },
    seed: { type: 'string', default: '0' },
    kernels: { type: 'string', default: 'best' },
  },
})

try {
  const workloads = readWorkloads(options.workloads)
  buildProgram()
  if (options.workload === undefined) reportAll(workloads, options.workloads!)
  else console.log(JSON.stringify(measureNamed(workloads, options.workload)))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

function measureNamed(workloads: readonly Workload[], name: string): Figures {
  const workload = workloads.find(({ id }) => id === name)
  if (!workload) throw new Error(`There is no ${name}: use ${workloads.map(({ id }) => id).join(', ')}.`)
  const reason = obstacle(workload)
  if (reason) throw new Error(`${name} ${reason}.`)
  return measure(workload)
}

function measure(workload: Workload): Figures {
  const folder = dirname(options.workloads!)
  const settings = [`seed=${options.seed}`, `kernels=${options.kernels}`, 'rounds=3']
  const result = runProgram([...wordsFor(workload, folder), ...settings])
  const samples = workload.rows * workload.epochs
  const { seconds, loss, accuracy, peak_rss, kernels, peak_gflops } = result
  return {
    workload: workload.id,
    seed: Number(options.seed),
    seconds,
    samples_per_s: Math.round(samples / seconds),
    gflops: rounded((samples * flopsPerRow(workload)) / seconds / 1e9),
    loss,
    accuracy,
    peak_rss,
    kernels,
    peak_gflops,
    differences: differences(workload, folder),
  }
}

function reportAll(workloads: readonly Workload[], path: string): void {
  const peers = readPeers(path)
  const figures: Figures[] = []
  console.log('CPU seconds of one thread, the least of three. FMA peak of the machine in the same process.\n')
  console.log(
    '| | seconds | GFLOP/s | FMA peak | of it | / limit | torch_eager / it | best peer / it | loss | accuracy |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|---|')
  for (const workload of workloads) {
    if (obstacle(workload)) continue
    const one = measure(workload)
    figures.push(one)
    console.log(row(one, peers))
  }
  console.log(`\n${notes(workloads, figures).join('\n')}`)
  console.log(JSON.stringify({ seed: Number(options.seed), workloads: figures }))
}

function row(one: Figures, { seconds, limit }: Peers): string {
  const [best, fastest] = Object.entries(seconds)
    .map(([peer, times]) => [peer, times[one.workload] ?? Number.POSITIVE_INFINITY] as const)
    .reduce((a, b) => (b[1] < a[1] ? b : a), ['none', Number.POSITIVE_INFINITY] as const)
  const cells = [
    one.workload,
    one.seconds.toPrecision(3),
    one.gflops,
    one.peak_gflops,
    `${Math.round((100 * one.gflops) / one.peak_gflops)} %`,
    ratio(one.seconds, limit[one.workload]),
    ratio(seconds.torch_eager?.[one.workload], one.seconds),
    best === 'none' ? '–' : `${ratio(fastest, one.seconds)} (${best})`,
    one.loss.toPrecision(3),
    one.accuracy.toPrecision(3),
  ]
  return `| ${cells.join(' | ')} |`
}

function notes(workloads: readonly Workload[], figures: readonly Figures[]): string[] {
  const departures = figures
    .filter(({ differences }) => differences.length > 0)
    .map(({ workload, differences }) => `${workload}: ${differences.join('; ')}.`)
  const absent = workloads.filter(obstacle).map((workload) => `${workload.id}: ${obstacle(workload)}.`)
  return [...departures, ...absent, '']
}

function ratio(above: number | undefined, below: number | undefined): string {
  return above === undefined || below === undefined ? '–' : (above / below).toPrecision(3)
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

function buildProgram(): void {
  const { status } = spawnSync(process.execPath, [packagePath('scripts', 'build-native.mjs'), '--bench'], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error('The bench program could not be built.')
}

/** A process of its own for each, so that its peak memory is that of one training. */
function runProgram(words: readonly string[]) {
  const program = packagePath('native', 'build', 'engine_bench')
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(stderr.trim())
  return JSON.parse(stdout)
}
