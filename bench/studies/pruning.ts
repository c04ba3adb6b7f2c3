/**
 * What giving trials up early spares Hone's own trainings: studies of some data sets, with each pruner and without one.
 * Prints a Markdown table, then one line of JSON.
 *
 *   npm run bench:pruning [seeds]
 */
import { PRUNER_KINDS, type PrunerKind } from '../../src/domain/study.ts'
import { mean } from '../../src/math/stats.ts'
import type { Client } from '../../src/quickstart/client.ts'
import { printTable, standardError } from '../optimizer/figures.ts'
import { runToEnd, withService } from './service.ts'

const DATASETS = ['digits', 'wine', 'breast-cancer', 'spirals']
const TRIALS = 60

interface Run {
  readonly best: number
  readonly epochs: number
  readonly pruned: number
  readonly seconds: number
}

const seeds = Number(process.argv[2] ?? 5)
await withService(async (client) => {
  const rows: string[][] = []
  const figures: Record<string, Record<string, Run>> = {}
  for (const dataset of DATASETS) {
    figures[dataset] = {}
    for (const kind of PRUNER_KINDS) {
      const runs: Run[] = []
      for (let seed = 0; seed < seeds; seed++) runs.push(await runOne(client, dataset, kind, seed))
      const means = meanOf(runs)
      figures[dataset][kind] = means
      const spread = standardError(runs.map(({ best }) => best))
      const counts = [means.epochs, means.pruned].map((value) => value.toFixed(0))
      const best = `${means.best.toPrecision(3)} ± ${spread.toPrecision(1)}`
      rows.push([dataset, kind, best, ...counts, means.seconds.toFixed(1)])
      console.error(rows.at(-1)!.join(' '))
    }
  }
  printTable(['data set', 'pruner', 'best validation loss', 'epochs', 'pruned trials', 's a study'], rows)
  console.log(JSON.stringify({ trials: TRIALS, seeds, ...figures }))
})

async function runOne(client: Client, dataset: string, kind: PrunerKind, seed: number): Promise<Run> {
  const startedAt = performance.now()
  const study = await runToEnd(client, {
    trainer: { kind: 'mlp', dataset },
    seed,
    limits: { trials: TRIALS },
    pruner: { kind },
  })
  const seconds = (performance.now() - startedAt) / 1000
  const trials = await Promise.all(Array.from({ length: TRIALS }, (_, n) => client.getTrial(study.id, n)))
  return {
    best: trials[study.bestTrial!]!.metrics!.validationLoss!,
    epochs: trials.reduce((sum, { curve }) => sum + (curve?.step?.length ?? 0), 0),
    pruned: study.trials.pruned,
    seconds,
  }
}

function meanOf(runs: readonly Run[]): Run {
  const of = (pick: (run: Run) => number) => mean(runs.map(pick))
  return {
    best: of(({ best }) => best),
    epochs: of(({ epochs }) => epochs),
    pruned: of(({ pruned }) => pruned),
    seconds: of(({ seconds }) => seconds),
  }
}
