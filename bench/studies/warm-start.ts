/**
 * What a warm start is worth to Hone's own trainings: studies of each data set, begun with nothing, and with the studies of
 * all the others. Prints a Markdown table, then one line of JSON.
 *
 *   npm run bench:warm-start [seeds]
 */
import { mean } from '../../src/math/stats.ts'
import type { Client } from '../../src/quickstart/client.ts'
import { median, printTable, standardError } from '../optimizer/figures.ts'
import { runToEnd, withService } from './service.ts'

/** All that are built in whose task is to tell classes or labels apart. */
const DATASETS = ['iris', 'wine', 'breast-cancer', 'digits', 'xor', 'two-moons', 'spirals', 'discs']
const BUDGETS = [1, 3, 5, 10, 20, 30]
const TRIALS = 30
const TYPICAL = 5

type Kind = 'cold' | 'warm'
interface Run {
  readonly id: string
  /** By trial number; Infinity where none completed. */
  readonly losses: readonly number[]
}
type Runs = Readonly<Record<Kind, readonly Run[]>>

const seeds = Number(process.argv[2] ?? 10)

await withService(async (client) => {
  const bySeed: Readonly<Record<string, Record<Kind, Run>>>[] = []
  for (let seed = 0; seed < seeds; seed++) {
    bySeed.push(await measureSeed(client, seed))
    console.error(`seed ${seed}: ${DATASETS.length} data sets, cold and warm`)
  }
  report(DATASETS.map((name) => ({ name, runs: runsOf(bySeed.map((one) => one[name]!)) })))
})

/** Both with the same seed, so that they have the same rows to validate with. */
async function measureSeed(client: Client, seed: number): Promise<Record<string, Record<Kind, Run>>> {
  const cold: Record<string, Run> = {}
  for (const name of DATASETS) cold[name] = await run(client, name, seed)
  const both: Record<string, Record<Kind, Run>> = {}
  for (const name of DATASETS) {
    const others = DATASETS.filter((other) => other !== name).map((other) => cold[other]!.id)
    both[name] = { cold: cold[name]!, warm: await run(client, name, seed, others) }
  }
  return both
}

async function run(client: Client, dataset: string, seed: number, studies?: readonly string[]): Promise<Run> {
  const { id } = await runToEnd(client, {
    trainer: { kind: 'mlp', dataset },
    seed,
    limits: { trials: TRIALS },
    ...(studies && { warmStart: { studies } }),
  })
  const losses = Array<number>(TRIALS).fill(Number.POSITIVE_INFINITY)
  for (const { number, metrics } of await client.listCompleted(id)) losses[number] = metrics!.validationLoss!
  return { id, losses }
}

function runsOf(pairs: readonly Record<Kind, Run>[]): Runs {
  return { cold: pairs.map(({ cold }) => cold), warm: pairs.map(({ warm }) => warm) }
}

/** The best so far from the best of all runs of the data set, in units of what a usual trial is from it. */
function regretsOf(runs: Runs, kind: Kind): number[][] {
  const all = [...runs.cold, ...runs.warm].flatMap(({ losses }) => losses)
  const best = Math.min(...all)
  const typical = median(runs.cold.flatMap(({ losses }) => losses.slice(0, TYPICAL)))
  return runs[kind].map(({ losses }) =>
    BUDGETS.map((budget) => (Math.min(...losses.slice(0, budget)) - best) / (typical - best)),
  )
}

function report(datasets: readonly { readonly name: string; readonly runs: Runs }[]): void {
  const kinds = ['cold', 'warm'] as const
  const means = kinds.map((kind) =>
    datasets.map(({ runs }) => BUDGETS.map((_, k) => mean(regretsOf(runs, kind).map((one) => one[k]!)))),
  )
  const all = means.map((block) => BUDGETS.map((_, k) => mean(block.map((one) => one[k]!))))
  const cell = (values: readonly number[]) => values.map((value) => value.toFixed(3)).join(' / ')
  printTable(
    [`regret at ${BUDGETS.join(' / ')} trials`, ...kinds],
    [
      ...datasets.map(({ name }, d) => [name, ...means.map((block) => cell(block[d]!))]),
      ['mean', ...all.map(cell)],
    ],
  )
  const gains = BUDGETS.map((_, k) => {
    const differences = datasets.flatMap(({ runs }) => gainsAt(runs, k))
    return { gain: mean(differences), error: standardError(differences) }
  })
  const paired = gains.map(({ gain, error }) => `${gain.toFixed(3)} ± ${error.toFixed(3)}`)
  console.log(`warm less cold, paired: ${paired.join(' / ')}`)
  console.log(JSON.stringify({ budgets: BUDGETS, cold: all[0], warm: all[1], gains }))
}

function gainsAt(runs: Runs, k: number): number[] {
  const cold = regretsOf(runs, 'cold')
  return regretsOf(runs, 'warm').map((warm, seed) => warm[k]! - cold[seed]![k]!)
}
